"""Which column of a roster is which: the header in its spellings, in one row or two."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from models.roster_file import Sheet

DATE, TIMES, UNIT, POST, NOTE = "date", "times", "unit", "post", "note"
PHONE, FAX, PLACE = "phone", "fax", "place"
LEADER, DEPUTY, OFFICER = "leader", "deputy", "officer"

# The headings of the template, and what is said to be missing when a column is not found.
HEADINGS = {
    DATE: "值班日期",
    TIMES: "班次起止",
    POST: "单位/岗位",
    "leader": "带班领导姓名(A角)",
    "leader_title": "带班领导职务",
    "leader_phone": "带班领导手机",
    "deputy": "B角姓名",
    "deputy_title": "B角职务",
    "deputy_phone": "B角手机",
    "officer": "值班人员姓名",
    "officer_title": "值班人员职务",
    "officer_phone": "值班人员手机",
    PHONE: "值班电话",
    FAX: "传真",
    PLACE: "值班地点",
    NOTE: "备注",
}
EXAMPLE_POST = "示例镇值班室"  # the post of the template's example rows, which are passed over
_NAMES = {
    DATE: ("值班日期", "日期", "值班时间日期"),
    TIMES: (
        "班次起止",
        "班次",
        "起止",
        "起止时间",
        "班次时间",
        "值班时段",
        "时段",
        "值班时间",
        "班次起止时间",
    ),
    UNIT: ("单位", "值班单位", "责任单位"),
    POST: ("单位/岗位", "岗位", "值班岗位", "值班点", "单位岗位"),
    PHONE: ("值班电话", "值班室电话", "固定电话", "值班固话", "座机"),
    FAX: ("传真", "传真号", "传真号码", "传真电话", "值班传真"),
    PLACE: ("值班地点", "地点", "值班地址", "值班场所"),
    NOTE: ("备注", "说明"),
}
_EXACT = {name: field for field, names in _NAMES.items() for name in names}
_ROLE = re.compile(
    r"^(?:(?P<deputy>(?:带班领导|值班领导)?B角)|(?P<leader>(?:带班领导|值班领导|带班人|领导)(?:A角)?|A角)"
    r"|(?P<officer>值班人员|值班员|值班人))(?P<rest>.*)$"
)
_REST = {
    "": "",
    "姓名": "",
    "职务": "_title",
    "职位": "_title",
    "手机": "_phone",
    "手机号": "_phone",
    "手机号码": "_phone",
    "电话": "_phone",
    "联系电话": "_phone",
    "联系方式": "_phone",
}
_TITLE_ROWS = 20


def plain(value: Any) -> str:
    """A heading without spaces, stars and full-width forms."""
    return re.sub(r"[\s*＊:]+", "", unicodedata.normalize("NFKC", str(value or "")))


def field_of(heading: str, group: str | None = None) -> str | None:
    """The field a heading names; a bare 姓名, 职务 or 手机 belongs to the `group` before it."""
    said = plain(heading).upper()
    mark = "B角" if "(B角)" in said else "A角" if "(A角)" in said else ""
    said = re.sub(r"\([^)]*\)", "", said)
    if said in _EXACT:
        return _EXACT[said]
    match = _ROLE.match(said)
    if match:
        role = DEPUTY if mark == "B角" else next(name for name, found in match.groupdict().items() if found)
        rest = _REST.get(match["rest"])
        return None if rest is None else role + rest
    if said and said in _REST and group:
        return group + _REST[said]
    return None


def columns_of(headings: Sequence[Any]) -> dict[str, int]:
    """Field → place, the first of each."""
    found: dict[str, int] = {}
    group = None
    for place, heading in enumerate(headings):
        field = field_of(str(heading or ""), group)
        if field is None:
            continue
        role = field.partition("_")[0]
        group = role if role in (LEADER, DEPUTY, OFFICER) else None
        found.setdefault(field, place)
    return found


def missing_columns(found: dict[str, int]) -> list[str]:
    """The headings a roster cannot do without that are not there."""
    missing = [HEADINGS[field] for field in (DATE, TIMES) if field not in found]
    if POST not in found and UNIT not in found:
        missing.append(HEADINGS[POST])
    if LEADER not in found and OFFICER not in found:
        missing += [HEADINGS[LEADER], HEADINGS[OFFICER]]
    return missing


def find_header(sheet: Sheet) -> tuple[dict[str, int], int]:
    """The columns and where the data begins; of all rows near the top the one that explains most."""
    best: tuple[dict[str, int], int] = ({}, 0)
    for place, (_, row) in enumerate(sheet.rows[:_TITLE_ROWS]):
        below = sheet.rows[place + 1][1] if place + 1 < len(sheet.rows) else []
        two = _is_second_header(row, below)
        found = columns_of(_joined(row, below) if two else row)
        if len(found) > len(best[0]):
            best = (found, place + 1 + two)
    return best


def _is_second_header(row: Sequence[Any], below: Sequence[Any]) -> bool:
    """Whether the row below only says 姓名, 职务, 手机 under the groups of this one."""
    said = [plain(cell) for cell in below]
    bare = [cell for cell in said if cell in _REST and cell]
    known = {plain(cell) for cell in row}
    return bool(bare) and all(not cell or cell in _REST or cell in known for cell in said)


def _joined(row: Sequence[Any], below: Sequence[Any]) -> list[str]:
    """Group and part in one heading: 带班领导 over 姓名 is 带班领导姓名."""
    joined, group = [], ""
    for place in range(max(len(row), len(below))):
        above = plain(row[place]) if place < len(row) else ""
        part = plain(below[place]) if place < len(below) else ""
        group = above or group
        joined.append(group + part if part in _REST and part else above)
    return joined
