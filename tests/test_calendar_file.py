"""The official notice as a file: CSV, JSON, ICS; all of it or nothing, every fault by its row."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.base import UserError
from models.calendar import Calendar, DayRow
from models.calendar_file import DayTable, is_day_table, read_days
from tests.test_calendar import OFF_2026, WORK_2026, official

FILES = Path(__file__).parent / "data"
EVENT = "BEGIN:VEVENT\r\n{}\r\nEND:VEVENT\r\n"


def table(*rows, head=("date", "name", "is_off_day", "source")):
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows])
    return out.getvalue().encode()


def ics(*events):
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + "".join(map(EVENT.format, events)) + "END:VCALENDAR\r\n"
    ).encode()


def faults(data):
    with pytest.raises(UserError) as caught:
        read_days(data)
    assert caught.value.key == "import-errors"
    return [(each["p"]["row"], each["p"]["fault"]["k"]) for each in caught.value.params["errors"]]


def test_the_notice_of_2026_as_a_csv():
    rows = read_days((FILES / "holidays_2026.csv").read_bytes())
    assert len([row for row in rows if row.is_off_day]) == 33
    assert [f"{row.day:%m-%d}" for row in rows if not row.is_off_day] == list(WORK_2026)
    assert rows[0] == DayRow(date(2026, 1, 1), "元旦", True, "国办发明电〔2025〕7号")
    calendar = Calendar(rows)
    assert {day: calendar.is_off(day) for day in official(2026)} == official(2026)


def test_as_excel_in_chinese_saves_it():
    data = table(
        ("2027/1/1", "元旦", "是", ""),
        ("2027年1月3日", "元旦", "调休上班", ""),
        head=("日期", "节日", "是否放假", "文号"),
    )
    expected = [DayRow(date(2027, 1, 1), "元旦", True), DayRow(date(2027, 1, 3), "元旦", False)]
    assert read_days(data) == read_days(data.decode().encode("gb18030")) == expected
    assert read_days(b"\xef\xbb\xbf" + data) == expected
    assert is_day_table(data.decode().encode("gb18030"))


@pytest.mark.parametrize(
    "shape", [lambda days: days, lambda days: {"year": 2027, "papers": ["x"], "days": days}]
)
def test_json_in_either_shape(shape):
    days = [
        {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
        {"name": "元旦", "date": "2027-01-03", "is_off_day": False, "source": "y"},
    ]
    rows = read_days(json.dumps(shape(days)).encode())
    assert [(row.day, row.is_off_day) for row in rows] == [
        (date(2027, 1, 1), True),
        (date(2027, 1, 3), False),
    ]
    assert rows[1].source == "y"


def test_ics_with_spans_make_up_days_folds_and_escapes():
    rows = read_days(
        ics(
            "DTSTART;VALUE=DATE:20270101\r\nDTEND;VALUE=DATE:20270104\r\nSUMMARY:元旦（休）",
            "DTSTART;VALUE=DATE:20270109\r\nSUMMARY:元旦\r\n （班）",
            "DTSTART;VALUE=DATE:20270501\r\nDURATION:P2D\r\nSUMMARY:劳动节\r\nX-APPLE-SPECIAL-DAY:WORK-HOLIDAY",
            "DTSTART;VALUE=DATE:20270508\r\nSUMMARY:劳动节\r\nX-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY",
            "DTSTART:20271001T000000\r\nDTEND:20271002T000000\r\nSUMMARY:国庆节\\, 第一天",
        )
    )
    assert [(f"{row.day:%m-%d}", row.name, row.is_off_day) for row in rows] == [
        ("01-01", "元旦", True),
        ("01-02", "元旦", True),
        ("01-03", "元旦", True),
        ("01-09", "元旦", False),
        ("05-01", "劳动节", True),
        ("05-02", "劳动节", True),
        ("05-08", "劳动节", False),
        ("10-01", "国庆节, 第一天", True),
    ]


def test_faults_are_named_by_row_entry_and_line():
    rows = (
        ("2027-02-30", "元旦", "true", ""),
        ("2027-01-01", "元旦", "maybe", ""),
        ("2027-01-02", "", "true", ""),
        ("2027-01-04", "元旦", "true", ""),
        ("2027-01-04", "元旦", "true", ""),
        ("2027-01-05", "长" * 41, "true", ""),
    )
    kinds = ("date", "kind", "name", "twice", "long")
    expected = [(place, f"calendar-row-{kind}") for place, kind in zip((2, 3, 4, 6, 7), kinds, strict=True)]
    assert faults(table(*rows)) == expected
    entries = [{"date": row[0], "name": row[1], "is_off_day": row[2]} for row in rows]
    assert faults(json.dumps(entries).encode()) == [(row - 1, key) for row, key in expected]
    assert faults(json.dumps([3, {"date": ["2027-01-01"]}]).encode()) == [
        (1, "calendar-row-date"),
        (2, "calendar-row-date"),
    ]
    assert faults(
        ics(
            "DTSTART;VALUE=DATE:20270101\r\nSUMMARY:元旦",
            "DTSTART;VALUE=DATE:20270231\r\nSUMMARY:元旦",
            "DTSTART;VALUE=DATE:20270105\r\nDTEND;VALUE=DATE:20270101\r\nSUMMARY:元旦",
            "DTSTART;VALUE=DATE:20270105\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:元旦",
            "DTSTART;VALUE=DATE:20270101\r\nSUMMARY:元旦",
        )
    ) == [
        (7, "calendar-row-date"),
        (11, "calendar-row-date"),
        (16, "calendar-row-date"),
        (21, "calendar-row-twice"),
    ]


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "import-columns"),
        (b"date,name\n", "import-columns"),
        (table(), "import-empty"),
        (b"[]", "import-empty"),
        (b"{", "calendar-not-json"),
        (b'{"days": 3}', "calendar-not-json"),
        (b"[" * 100_000, "calendar-not-json"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20270101", "calendar-not-ics"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR", "import-empty"),
        (b"\xff\xfe\x00\x81", "sheet-not-readable"),
        (
            table(
                *((f"20{at // 336 + 27}-{at // 28 % 12 + 1}-{at % 28 + 1}", "x", "1") for at in range(2001))
            ),
            "calendar-too-many",
        ),
    ],
)
def test_what_is_no_table_is_told(data, key):
    with pytest.raises(UserError, match=key):
        read_days(data)


def test_a_roster_is_not_taken_for_days_off():
    for data in (table(), b"BEGIN:VCALENDAR", b' {"days": []}'):
        assert is_day_table(data)
    assert is_day_table(b"whatever", "放假.JSON")
    assert not is_day_table("值班日期,班次起止,单位/岗位,值班人员姓名\n".encode())
    assert not is_day_table(b"PK\x03\x04")
    assert not is_day_table(b"\xd0\xcf\x11\xe0")
    assert not is_day_table(b"")
    assert DayTable(()).rows == ()


@given(st.binary(max_size=400))
def test_no_file_brings_it_down(data):
    is_day_table(data)
    for head in (b"", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", b"[", b"date,name,is_off_day\n"):
        try:
            read_days(head + data)
        except UserError:
            continue


def test_the_names_of_2026_are_the_notices():
    assert set(OFF_2026) == {
        span.name
        for span in Calendar(read_days((FILES / "holidays_2026.csv").read_bytes())).holiday_spans(2026)
    }
