"""The empty table of people that is handed out: headings, choices for role and language, a sheet of notes."""

import io

import xlsxwriter  # type: ignore[import-untyped]

from bot.words import Words
from models.people import ROLES
from models.people_rows import COLUMNS
from models.text import text

SHEET, NOTES_SHEET = "人员", "填写说明"
NOTES = tuple(text(f"people-note-{number}") for number in range(1, 7))
ROLE_NAMES = (
    "网格员",
    "镇级负责人",
    "整改责任人",
    "值班员",
    "带班领导",
    "安委办",
    "安委办领导",
    "管理员",
    "行业主管部门",
    "暗访组",
)
SECTOR_NAMES = (
    "燃气",
    "危化品",
    "交通运输",
    "建筑施工",
    "消防",
    "特种设备",
    "文化旅游",
    "医疗卫生",
    "教育",
    "电力",
    "其他",
)
_WIDTHS = {"name": 12, "phone": 16, "title": 18, "roles": 18, "area": 22, "unit": 28, "sector": 12, "lang": 8}
_ROWS = 2000  # rows kept as text, so that telephones and codes stay as typed


def people_template(words: Words, lang: str) -> bytes:
    """An xlsx to fill in; the notes are in the operator's language."""
    assert len(ROLE_NAMES) == len(ROLES)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(SHEET)
        as_text = book.add_format({"num_format": "@"})
        sheet.write_row(
            0, 0, [names[0] for names in COLUMNS.values()], book.add_format({"bold": True, "bottom": 1})
        )
        for place, field in enumerate(COLUMNS):
            sheet.set_column(place, place, _WIDTHS[field], as_text)
        _choose(sheet, "roles", ROLE_NAMES)
        _choose(sheet, "sector", SECTOR_NAMES)
        _choose(sheet, "lang", ("中文", "英文"))
        sheet.freeze_panes(1, 0)
        notes = book.add_worksheet(NOTES_SHEET)
        notes.set_column(0, 0, 90, book.add_format({"text_wrap": True, "valign": "top"}))
        for row, note in enumerate(NOTES):
            notes.write_string(row, 0, words.say(note, lang))
    return out.getvalue()


def _choose(sheet: "xlsxwriter.worksheet.Worksheet", field: str, choices: tuple[str, ...]) -> None:
    """Offer the choices; several roles in one cell stay possible."""
    place = list(COLUMNS).index(field)
    rule = {"validate": "list", "source": list(choices), "ignore_blank": True, "show_error": False}
    sheet.data_validation(1, place, _ROWS, place, rule)
