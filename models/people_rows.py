"""A table of people (CSV or xlsx) read into rows: headers in Chinese or English, every fault named by its row."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models.base import UserError
from models.people import (
    ADMIN,
    DEPARTMENT,
    DUTY_LEADER,
    DUTY_OFFICER,
    GRID_WORKER,
    INSPECTOR,
    OFFICE_LEADER,
    RESPONSIBLE,
    ROLES,
    SAFETY_OFFICE,
    TOWN_OFFICER,
)
from models.places import AreaIndex, Spot
from models.roster_cells import is_phone, read_phones
from models.roster_file import Formula, Sheet, read_sheets
from models.text import Text, series, text

COLUMNS = {
    "name": ("姓名", "名字", "name"),
    "phone": ("电话", "手机", "手机号", "手机号码", "联系电话", "phone", "mobile", "telephone"),
    "title": ("职务", "职位", "title"),
    "roles": ("角色", "身份", "role", "roles"),
    "area": ("镇/村", "镇村", "镇区", "镇", "村", "区域", "网格", "所属镇村", "area"),
    "unit": ("单位", "所属单位", "工作单位", "unit"),
    "sector": ("行业领域", "行业", "主管行业", "sector"),
    "lang": ("语言", "lang", "language"),
}
NEEDED = ("name", "phone", "roles")
_FIELD = {heading: field for field, headings in COLUMNS.items() for heading in headings}
_ROLES = {
    "网格员": GRID_WORKER,
    "镇级负责人": TOWN_OFFICER,
    "镇安监员": TOWN_OFFICER,
    "镇区安全负责人": TOWN_OFFICER,
    "整改责任人": RESPONSIBLE,
    "责任人": RESPONSIBLE,
    "值班员": DUTY_OFFICER,
    "值班人员": DUTY_OFFICER,
    "带班领导": DUTY_LEADER,
    "安委办": SAFETY_OFFICE,
    "县安委办": SAFETY_OFFICE,
    "安委办领导": OFFICE_LEADER,
    "管理员": ADMIN,
    "系统管理员": ADMIN,
    "行业主管部门": DEPARTMENT,
    "主管部门": DEPARTMENT,
    "暗访组": INSPECTOR,
    "暗访暗查组": INSPECTOR,
} | {role: role for role in ROLES}
_SECTORS: dict[str, str | None] = {
    "燃气": "gas",
    "危化品": "chemicals",
    "危化": "chemicals",
    "交通运输": "transport",
    "交通": "transport",
    "建筑施工": "construction",
    "建筑": "construction",
    "消防": "fire",
    "特种设备": "special_equipment",
    "文化旅游": "tourism",
    "文旅": "tourism",
    "医疗卫生": "health",
    "医疗": "health",
    "教育": "education",
    "电力": "power",
    "其他": "other",
}
_SECTORS |= {code: code for code in _SECTORS.values() if code is not None}
_SECTORS[""] = None
_LANGS = {"": "zh-CN", "中文": "zh-CN", "汉语": "zh-CN", "zh-cn": "zh-CN", "zh": "zh-CN"}
_LANGS |= {"英文": "en", "英语": "en", "en": "en", "english": "en"}

_SHEET_FAULTS = {
    "roster-file-empty": "sheet-empty",
    "roster-file-xls": "sheet-old-xls",
    "roster-file-password": "sheet-encrypted",
    "roster-file-broken": "sheet-not-readable",
    "roster-file-not-table": "sheet-not-readable",
    "roster-file-large": "sheet-too-many-rows",
    "roster-too-many-rows": "sheet-too-many-rows",
}

NAME_MAX, TITLE_MAX, UNIT_MAX = 30, 60, 60
ERRORS_SHOWN = 20
_HEADER_WITHIN = 10  # rows above the header: a title, a remark


@dataclass(frozen=True)
class PersonRow:
    """One person of a table. `row` is its number in the file; `area` a code, None for the whole county."""

    row: int
    name: str
    phone: str
    roles: tuple[str, ...]
    title: str = ""
    area: str | None = None
    unit: str = ""
    lang: str = "zh-CN"
    sector: str | None = None


def parse_people(data: bytes, *, areas: AreaIndex) -> list[PersonRow]:
    """The people of a file. Someone with two areas has two rows of one name and phone.

    Errors: people-two-sheets, sheet-empty, sheet-old-xls, sheet-encrypted, sheet-not-readable,
    sheet-too-many-rows;
    import-columns, import-empty, import-errors with every faulty row named by its number.
    """
    sheet, columns, begin = _find_table(_sheets(data))
    rows: list[PersonRow] = []
    faults: list[Text] = []
    names: dict[str, PersonRow] = {}
    for number, cells in sheet.rows[begin:]:
        try:
            row = read_person(number, _by_field(cells, columns), areas=areas)
            first = names.setdefault(row.phone, row)
            if first.name != row.name:
                raise UserError("people-phone-twice", phone=row.phone, name=first.name, row=first.row)
            rows.append(row)
        except UserError as fault:
            faults.append(text("import-row", row=number, fault=text(fault.key, **fault.params)))
    if faults:
        raise UserError("import-errors", count=len(faults), errors=faults[:ERRORS_SHOWN])
    if not rows:
        raise UserError("import-empty")
    return rows


def _sheets(data: bytes) -> list[Sheet]:
    """The file's sheets; its faults said of a table, not of a roster."""
    try:
        return read_sheets(data)
    except UserError as error:
        raise UserError(_SHEET_FAULTS.get(error.key, error.key), **error.params) from None


def _find_table(sheets: list[Sheet]) -> tuple[Sheet, dict[str, int], int]:
    """The sheet with a header, its columns, and where its data begins. Error: people-two-sheets."""
    best: dict[str, int] = {}
    found: list[tuple[Sheet, dict[str, int], int]] = []
    for sheet in sheets:
        for place, (_, cells) in enumerate(sheet.rows[:_HEADER_WITHIN]):
            columns = _columns(cells)
            if all(field in columns for field in NEEDED):
                found.append((sheet, columns, place + 1))
                break
            best = max(best, columns, key=len)
    filled = [one for one in found if len(one[0].rows) > one[2]]
    if len(filled) > 1:
        raise UserError("people-two-sheets", sheets=series(one[0].name for one in filled))
    if found:
        return (filled or found)[0]
    missing = [COLUMNS[field][0] for field in NEEDED if field not in best]
    raise UserError("import-columns", columns=series(missing))


def _columns(cells: Sequence[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        heading = re.sub(r"[\s*]+", "", re.sub(r"\(.*\)", "", _plain(cell))).lower()
        if heading in _FIELD:
            found.setdefault(_FIELD[heading], place)
    return found


def _by_field(cells: Sequence[Any], columns: dict[str, int]) -> dict[str, str]:
    given = {field: cells[place] if place < len(cells) else None for field, place in columns.items()}
    for field, cell in given.items():
        if isinstance(cell, Formula):
            raise UserError("people-formula", column=COLUMNS[field][0])
    return {field: _plain(cell) for field, cell in given.items()}


def _plain(cell: Any) -> str:
    """A cell as text: full-width forms as plain ones, spaces in a row as one, a whole number without .0."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    said = unicodedata.normalize("NFKC", "" if cell is None else str(cell))
    return " ".join(said.split())


def read_person(
    number: int, cells: dict[str, str], *, areas: AreaIndex, phone_needed: bool = True
) -> PersonRow:
    """One row, its cells by field. Errors: people-*, unknown-role."""
    name = _name(cells.get("name", ""))
    roles = _read_roles(cells.get("roles", ""))
    area = read_area(cells.get("area", ""), areas)
    unit = _within(cells.get("unit", ""), "unit", UNIT_MAX)
    sector = _read_sector(cells.get("sector", ""))
    for role in roles:
        _check_scope(role, area, unit, sector)
    lang = cells.get("lang", "").lower()
    if lang not in _LANGS:
        raise UserError("people-lang", value=lang[:20])
    title = _within(cells.get("title", ""), "title", TITLE_MAX)
    phone = read_phone(cells.get("phone", "")) if phone_needed or cells.get("phone") else ""
    return PersonRow(number, name, phone, roles, title, area, unit, _LANGS[lang], sector)


def _name(said: str) -> str:
    if not said:
        raise UserError("people-no-name")
    if not all(letter.isalpha() or letter in " ·.-'" for letter in said):
        raise UserError("people-name", value=said[:NAME_MAX])
    return _within(said if said.isascii() else said.replace(" ", ""), "name", NAME_MAX)


def _within(said: str, field: str, most: int) -> str:
    if len(said) > most:
        raise UserError("people-long", column=COLUMNS[field][0], most=most)
    return said


def read_phone(said: str) -> str:
    """One telephone as digits. Errors: people-no-phone, people-phone."""
    phones = read_phones(said)
    if not phones:
        raise UserError("people-no-phone")
    if len(phones) > 1 or not is_phone(phones[0]):
        raise UserError("people-phone", value=said[:40])
    return phones[0]


def _read_roles(said: str) -> tuple[str, ...]:
    names = [part for part in re.split(r"[、,;/|\s]+", said) if part]
    if not names:
        raise UserError("people-no-role")
    for name in names:
        if name.lower() not in _ROLES:
            raise UserError("unknown-role", role=name[:40])
    return tuple(dict.fromkeys(_ROLES[name.lower()] for name in names))


def _read_sector(said: str) -> str | None:
    if said.lower() not in _SECTORS:
        raise UserError("people-sector", value=said[:20])
    return _SECTORS[said.lower()]


def _check_scope(role: str, area: str | None, unit: str, sector: str | None) -> None:
    """A grid worker and a town's officer have a place, a responsible person a unit, a department a sector."""
    if role == GRID_WORKER and area is None:
        raise UserError("people-role-needs-area", role=text(f"role-{role}"))
    if role == TOWN_OFFICER and (area is None or len(area) != 9):
        raise UserError("people-role-needs-town", role=text(f"role-{role}"))
    if role == RESPONSIBLE and not unit:
        raise UserError("people-role-needs-unit", role=text(f"role-{role}"))
    if role == DEPARTMENT and sector is None:
        raise UserError("people-role-needs-sector", role=text(f"role-{role}"))


def read_area(said: str, areas: AreaIndex) -> str | None:
    """The code of a town or village by its code or name; None for the county or nothing. Slips are faults."""
    if not said:
        return None
    spot = areas.by_code.get(said)
    if spot is None:
        spot = _by_name(said, areas)
    return None if spot.level == "county" else spot.code


def _by_name(said: str, areas: AreaIndex) -> Spot:
    squeezed = re.sub(r"[\s,、/-]+", "", said)
    county = next((spot for spot in areas.spots if spot.level == "county"), None)
    if county is not None and squeezed == county.name:
        return county
    near = areas.find(said)
    exact = [spot for spot in near if squeezed in _full_names(spot, areas)]
    if len(exact) > 1:
        raise UserError(
            "people-area-which", value=said[:40], choices=series(areas.path(each.code) for each in exact)
        )
    if not exact and near:
        raise UserError("people-area-near", value=said[:40], near=areas.path(near[0].code))
    if not exact:
        raise UserError("people-area-unknown", value=said[:40])
    return exact[0]


def _full_names(spot: Spot, areas: AreaIndex) -> set[str]:
    """The area's names, alone and behind its town's."""
    town = areas.by_code.get(spot.code[:9]) if spot.level in ("village", "grid") else None
    return {*spot.names, *(before + name for before in (town.names if town else ()) for name in spot.names)}
