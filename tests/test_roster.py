"""Roster files: what is understood, what is refused and in which words, and the template."""

import contextlib
import csv
import io
import re
import warnings
import zipfile
from datetime import date, datetime, time

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from models.base import UserError
from models.duty import Post, Shift
from models.people import Person, grants_of
from models.roster import read_roster
from models.roster_cells import NotADate, is_phone, read_date, read_hours, read_names, read_phones
from models.roster_columns import HEADINGS, columns_of
from models.roster_import import import_roster, plan_roster
from models.roster_template import NOTES, roster_template
from tests.duty_fixtures import COUNTY, NOW, POLICY, WORDS, ZONE, at, duty_session, town

__all__ = ["duty_session", "town"]

MIDNIGHT = datetime(2026, 10, 1)  # noqa: DTZ001 - a spreadsheet knows no zones
ON, LAST = date(2026, 10, 1), date(2026, 10, 3)
HEAD = list(HEADINGS.values())
ROW = {
    "date": "2026-10-01",
    "times": "08:00-次日08:00",
    "post": "彭店镇值班室",
    "leader": "吴刚",
    "leader_title": "副镇长",
    "leader_phone": "13800000010",
    "deputy": "郑丽",
    "deputy_title": "党委委员",
    "deputy_phone": "13800000011",
    "officer": "冯超、马超",
    "officer_title": "科员",
    "officer_phone": "13800000012、13800000014",
    "phone": "0374-7160000",
    "fax": "0374-7160001",
    "place": "镇政府一楼",
    "note": "",
}


def cells(**changes):
    return [(ROW | changes)[field] for field in HEADINGS]


def as_csv(*rows, encoding="utf-8", delimiter=","):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def as_xlsx(*rows, prepare=None):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if prepare:
        prepare(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(data, town):
    return read_roster(data, period=town.period, policy=POLICY)


def faults(town, *rows, how=as_xlsx):
    """The faults of a file's rows after the header: (row, words)."""
    with pytest.raises(UserError) as caught:
        plan_roster(
            town.session,
            by=town.actor("office"),
            period=town.period,
            data=how(HEAD, *rows),
            now=NOW,
            policy=POLICY,
        )
    assert caught.value.key == "import-errors", caught.value
    errors = caught.value.params["errors"]
    return [(error["p"]["row"], WORDS.say(error["p"]["fault"], "zh-CN")) for error in errors]


def test_a_row_is_understood(town):
    (line,) = read(as_xlsx(HEAD, cells()), town)
    assert (line.row, line.post, line.phone, line.place) == (2, "彭店镇值班室", "0374-7160000", "镇政府一楼")
    assert (line.span.starts_at, line.span.ends_at) == (at(1, 8), at(2, 8))
    assert [(named.name, named.title, named.phone, role) for named, role in line.people] == [
        ("吴刚", "副镇长", "13800000010", "leader"),
        ("郑丽", "党委委员", "13800000011", "deputy"),
        ("冯超", "科员", "13800000012", "officer"),
        ("马超", "科员", "13800000014", "officer"),
    ]


@pytest.mark.parametrize(
    "data",
    [
        as_csv(HEAD, cells()),
        as_csv(HEAD, cells(), encoding="utf-8-sig"),
        as_csv(HEAD, cells(), encoding="gb18030"),
        as_csv(HEAD, cells(), encoding="utf-16"),
        as_csv(HEAD, cells(), delimiter="\t"),
        as_csv(
            ["鄢陵县国庆值班表"], ["填报单位:彭店镇", "", "填报人:李静"], HEAD, [], cells(), ["注:以此为准"]
        ),
        as_xlsx(["鄢陵县国庆值班表"], HEAD, cells(date=MIDNIGHT), ["填报人:李静"]),
        as_xlsx(HEAD, cells(date=46296, leader_phone=13800000010, deputy_phone=13800000011.0)),
        as_xlsx(HEAD, cells(date="10月1日(星期四)", times="24小时", leader=" 吴 刚 ")),
    ],
)
def test_the_same_roster_in_many_files(town, data):
    (line,) = read(data, town)
    assert (line.span.starts_at, line.span.ends_at, line.post) == (at(1, 8), at(2, 8), "彭店镇值班室")
    assert [named.phone for named, _ in line.people] == [
        "13800000010",
        "13800000011",
        "13800000012",
        "13800000014",
    ]
    assert line.people[0][0].name == "吴刚"


def test_headings_in_two_rows_with_merged_groups_and_merged_days(town):
    def prepare(book):
        sheet = book.active
        sheet.merge_cells("A1:K1")
        for area in ("D2:F2", "I2:K2", "A4:A5", "C4:C5"):
            sheet.merge_cells(area)

    data = as_xlsx(
        ["国庆值班表"],
        ["值班日期", "班次", "单位", "带班领导(A角)", None, None, "B角", None, "值班人员", None, None],
        [None, None, None, "姓名", "职务", "手机", "姓名", "联系电话", "姓名", "职务", "手机"],
        [
            "10月1日",
            "8:00-20:00",
            "彭店镇",
            "吴刚",
            "副镇长",
            13800000010,
            "郑丽",
            13800000011,
            "冯超",
            None,
            13800000012,
        ],
        [None, "20:00-8:00", None, "吴刚", None, 13800000010, None, None, "马超", None, 13800000014],
        prepare=prepare,
    )
    day, night = read(data, town)
    assert (day.row, day.span.starts_at, day.span.ends_at) == (4, at(1, 8), at(1, 20))
    assert (night.row, night.span.starts_at, night.span.ends_at) == (5, at(1, 20), at(2, 8))
    assert night.post == "彭店镇"
    assert [(named.name, role) for named, role in day.people] == [
        ("吴刚", "leader"),
        ("郑丽", "deputy"),
        ("冯超", "officer"),
    ]


def test_headings_are_known_by_many_names():
    said = [
        "序号",
        "日期(星期)",
        "班次",
        "值班单位",
        "带班领导",
        "职务",
        "联系电话",
        "带班领导(B角)",
        "手机",
        "值班员",
        "电话",
        "传真",
    ]
    assert columns_of(said) == {
        "date": 1,
        "times": 2,
        "unit": 3,
        "leader": 4,
        "leader_title": 5,
        "leader_phone": 6,
        "deputy": 7,
        "deputy_phone": 8,
        "officer": 9,
        "officer_phone": 10,
        "fax": 11,
    }


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        ("08:00-次日08:00", ("1 08:00", "2 08:00")),
        ("8:00-20:00", ("1 08:00", "1 20:00")),
        ("20:00-08:00", ("1 20:00", "2 08:00")),
        ("24小时", ("1 08:00", "2 08:00")),
        ("08:30—次日 08:30", ("1 08:30", "2 08:30")),
        ("08：00～20：00", ("1 08:00", "1 20:00")),
        ("8点至20点", ("1 08:00", "1 20:00")),
        ("8点半-20点半", ("1 08:30", "1 20:30")),
        ("00:00-24:00", ("1 00:00", "2 00:00")),
        ("夜班", ("1 20:00", "2 08:00")),
        ("10月1日8:00-10月3日8:00", ("1 08:00", "3 08:00")),
        ("2026-10-01 08:00-2026-10-02 08:00", ("1 08:00", "2 08:00")),
        ("20:00-当日08:00", ("1 20:00", "1 08:00")),
    ],
)
def test_hours_as_people_write_them(said, hours):
    span = read_hours(said, on=ON, start=time(8), zone=ZONE)
    assert tuple(f"{each.astimezone(ZONE):%-d %H:%M}" for each in (span.starts_at, span.ends_at)) == hours


@pytest.mark.parametrize(
    "said", ["", "早上", "25:00-26:00", "08:60-20:00", "0800", "2月31日8:00-20:00", "8-20-21", None]
)
def test_hours_that_cannot_be_read(said):
    assert read_hours(said, on=ON, start=time(8), zone=ZONE) is None


@pytest.mark.parametrize(
    "said",
    [
        "2026-10-01",
        "2026/10/1",
        "2026.10.1",
        "２０２６年１０月１日",
        "10月1日 周四",
        "10.1",
        "10/1",
        46296,
        ON,
        MIDNIGHT,
    ],
)
def test_dates_as_people_write_them(said):
    assert read_date(said, first=ON, last=LAST) == ON


@pytest.mark.parametrize(
    "said", ["2026-02-31", "2月30日", "13.1", 10.1, 1, True, "10月1日-3日", "国庆", "", "2026-10"]
)
def test_what_is_no_date(said):
    with pytest.raises(NotADate):
        read_date(said, first=ON, last=LAST)


def test_a_day_without_its_year_is_the_periods_over_new_year_too():
    over = {"first": date(2026, 12, 31), "last": date(2027, 1, 3)}
    assert read_date("12月31日", **over) == date(2026, 12, 31)
    assert read_date("1.2", **over) == date(2027, 1, 2)
    assert read_date("2月29日", first=date(2027, 12, 1), last=date(2028, 3, 1)) == date(2028, 2, 29)


def test_names_and_telephones_as_people_write_them():
    assert read_names("张 三(副镇长)、李四，王五\nAnna Li") == ["张三", "李四", "王五", "Anna Li"]
    assert read_names(None) == []
    assert read_phones("13800000202 13800000203") == ["13800000202", "13800000203"]
    assert read_phones("138-1234-5678、+86 13912345678；0374 7160000") == [
        "13812345678",
        "13912345678",
        "03747160000",
    ]
    assert [is_phone(each) for each in ("13812345678", "03747160000", "7160000", "1381234567", "abc", "")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"date": "2026-02-31"}, "没有“2026-02-31”这一天"),
        ({"date": "2月31日"}, "没有“2月31日”这一天"),
        ({"date": 10.1}, "分不清是几号"),
        ({"date": None}, "没有写值班日期"),
        ({"date": "2026-11-01"}, "不在这个重点时段里"),
        ({"times": "早上"}, "看不懂"),
        ({"times": "20:00-当日08:00"}, "结束时间不在开始时间之后"),
        ({"times": "10月1日8:00-10月5日8:00"}, "超过 72 小时"),
        ({"post": None}, "没有写单位或岗位"),
        ({"post": "岗" * 61}, "太长"),
        ({"leader": None, "officer": ""}, "没有写带班领导或值班人员"),
        ({"leader": "吴刚、郑丽"}, "只能写一个人"),
        ({"officer_phone": "13800000012"}, "写了 2 个人、1 个手机号"),
        ({"officer_phone": "13800000012、1380000"}, "电话“1380000”不对"),
        ({"officer": "人" * 31, "officer_phone": None}, "太长"),
        ({"leader": "吴钢"}, "登记的是 吴刚，不是 吴钢"),
        ({"leader": "钱多", "leader_phone": None}, "没有登记过“钱多”"),
        ({"deputy": "吴刚", "deputy_phone": "13800000010"}, "同一个人写了两次"),
    ],
)
def test_each_fault_is_told_with_its_row(town, changes, words):
    ((row, said),) = faults(town, cells(), cells(**({"date": "2026-10-02"} | changes)))
    assert row == 3
    assert words in said


def test_all_faults_are_told_at_once_and_nothing_is_stored(town):
    rows = [cells(date="2026-02-31"), cells(times="?"), cells(), cells(date="2026-10-02", officer_phone="1")]
    assert [row for row, _ in faults(town, *rows)] == [2, 3, 5]
    assert town.session.exec(select(Shift)).all() == []
    assert town.messages() == []


def test_a_post_and_a_person_twice_at_once_are_told_with_both_rows(town):
    gate = cells(
        post="南大门",
        leader=None,
        deputy=None,
        officer="冯超",
        officer_phone="13800000012",
        times="07:00-09:00",
    )
    again = cells(
        times="20:00-次日20:00",
        leader=None,
        leader_phone=None,
        deputy=None,
        officer="李静",
        officer_phone=None,
    )
    said = dict(faults(town, cells(), gate, again))
    assert said == {3: "冯超 与第 2 行同时在两个岗位", 4: "彭店镇值班室 与第 2 行时间重叠"}


def test_a_clash_with_a_roster_that_stands(town):
    import_roster(
        town.session,
        by=town.actor("office"),
        period=town.period,
        data=as_csv(HEAD, cells()),
        now=NOW,
        policy=POLICY,
    )
    ((row, said),) = faults(
        town, cells(post="南大门", leader=None, deputy=None, officer="冯超", officer_phone=None)
    )
    assert (row, said) == (2, "冯超 与已经排好的班同时在两个岗位")


def test_a_name_of_two_people_needs_the_telephone(town):
    town.other.name = "冯超"
    town.session.add(town.other)
    town.session.flush()
    assert "有 2 个人叫“冯超”" in faults(town, cells(officer="冯超", officer_phone=None))[0][1]
    plan_roster(
        town.session,
        by=town.actor("office"),
        period=town.period,
        data=as_csv(HEAD, cells(officer="冯超", officer_phone="13800000014")),
        now=NOW,
        policy=POLICY,
    )


def bring(town, *rows, by="office"):
    return import_roster(
        town.session, by=town.actor(by), period=town.period, data=as_xlsx(HEAD, *rows), now=NOW, policy=POLICY
    )


def test_an_import_makes_people_and_posts_and_publishes(town):
    new = cells(
        date="2026-10-02",
        post="马栏镇值班室",
        times="20:00-08:00",
        leader="钱多",
        leader_phone="13900000001",
        deputy=None,
    )
    new[HEAD.index(HEADINGS["officer"])] = "孙小、钱多多"
    new[HEAD.index(HEADINGS["officer_phone"])] = "13900000002、13900000003"
    done = bring(town, cells(), new, cells(date="2026-10-03", officer="孙小", officer_phone=None))
    assert done.published.added == 3
    assert [(person.name, person.phone) for person in done.people] == [
        ("钱多", "13900000001"),
        ("孙小", "13900000002"),
        ("钱多多", "13900000003"),
    ]
    roles = [grants_of(town.session, county=COUNTY, person_id=person.id)[0] for person in done.people]
    assert [(grant.role, grant.area) for grant in roles] == [
        ("duty_leader", "411024101"),
        ("duty_officer", "411024101"),
        ("duty_officer", "411024101"),
    ]
    (post,) = done.posts
    assert (post.name, post.area, post.starts) == ("马栏镇值班室", "411024101", ["20:00"])
    assert (town.post.place, town.post.fax) == ("镇政府一楼", "0374-7160001")
    assert "10月1日（周四）08:00" in town.said("officer")
    again = bring(town, cells(), new, cells(date="2026-10-03", officer="孙小", officer_phone=None))
    assert (again.published.kept, again.people, again.posts) == (3, [], [])


def test_a_person_known_by_name_gets_the_telephone_and_a_duty_role(town):
    town.town.phone = ""
    town.session.add(town.town)
    town.session.flush()
    done = bring(town, cells(leader="陈明", leader_phone="13800000099"))
    assert done.people == []
    assert town.session.get_one(Person, (COUNTY, town.town.id)).phone == "13800000099"
    held = {grant.role for grant in grants_of(town.session, county=COUNTY, person_id=town.town.id)}
    assert held == {"town_officer", "duty_leader"}


def test_a_town_imports_its_own_posts_only(town):
    assert bring(town, cells(), by="town").published.added == 1
    for post in ("马栏镇值班室", "县委大院"):
        with pytest.raises(UserError) as caught:
            bring(town, cells(post=post), by="town")
        assert "不归您管" in WORDS.say(caught.value.params["errors"], "zh-CN")
    assert {post.name for post in town.session.exec(select(Post))} == {"彭店镇值班室"}


def refused(data, town):
    with pytest.raises(UserError) as caught:
        read(data, town)
    return caught.value.key


def test_files_that_are_no_roster(town):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("word/document.xml", "<x/>")
    good = as_xlsx(HEAD, cells())
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    assert refused(b"", town) == "roster-file-empty"
    assert refused(b" \r\n ", town) == "roster-file-empty"
    assert refused(as_xlsx(), town) == "roster-file-empty"
    assert refused(ole + bytes(2000), town) == "roster-file-xls"
    assert refused(ole + "EncryptedPackage".encode("utf-16-le"), town) == "roster-file-password"
    assert refused(good[: len(good) // 2], town) == "roster-file-broken"
    assert refused(b"PK\x03\x04rubbish", town) == "roster-file-broken"
    assert refused(archive.getvalue(), town) == "roster-file-not-table"
    assert refused(b"\x89PNG\r\n\x1a\n" + bytes(range(256)), town) == "roster-file-not-table"
    assert refused(b"<html><table></table></html>", town) == "roster-file-not-table"
    assert refused("今天没有值班表".encode(), town) == "import-columns"
    assert refused(as_csv(HEAD), town) == "import-empty"
    assert refused(as_xlsx(["值班表"], HEAD, [None] * 14), town) == "import-empty"
    assert refused(as_csv(["值班日期", "姓名"], ["2026-10-01", "张三"]), town) == "import-columns"


def test_an_encrypted_member_is_a_password(town):
    good = bytearray(as_xlsx(HEAD, cells()))
    for match in re.finditer(b"PK\x01\x02", bytes(good)):
        good[match.start() + 8] |= 1
    assert refused(bytes(good), town) == "roster-file-password"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_file_never_breaks_the_reader(data):
    good = bytearray(_GOOD)
    for _ in range(data.draw(st.integers(1, 8))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(UserError):
        read_roster(bytes(good[: data.draw(st.integers(1, len(good)))]), period=_PERIOD, policy=POLICY)


_GOOD = as_xlsx(HEAD, cells())


class _PERIOD:
    starts_at, ends_at = at(1, 0), at(4, 0)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)  # a file is read before anything is stored
def test_too_many_rows(town):
    many = [HEAD, *[cells()] * 10_040]
    assert refused(as_csv(*many), town) == "roster-too-many-rows"
    assert refused(as_xlsx(*many), town) == "roster-too-many-rows"


def test_a_file_that_unpacks_to_too_much(town):
    out = io.BytesIO(_GOOD)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/media/huge.bin", bytes(41 * 1024 * 1024))
    assert refused(out.getvalue(), town) == "roster-file-large"


def test_formulas_count_as_what_they_last_gave(town):
    data = as_xlsx(HEAD, cells(), ["=A2+1", *cells()[1:]])
    with pytest.raises(UserError) as caught:
        read(data, town)
    assert "是公式" in WORDS.say(caught.value.params["errors"], "zh-CN")
    book = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(book, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = re.sub(
                    rb"<f>A2\+1</f><v\s*/>|<f>A2\+1</f><v></v>", b"<f>A2+1</f><v>46297</v>", content
                )
            new.writestr(name, content)
    assert [line.span.starts_at for line in read(book.getvalue(), town)] == [at(1, 8), at(2, 8)]


def test_two_sheets_that_both_look_like_rosters(town):
    def second(book):
        other = book.create_sheet("10月2日")
        for row in (HEAD, cells()):
            other.append(row)

    def hidden(book):
        second(book)
        book["10月2日"].sheet_state = "hidden"

    assert refused(as_xlsx(HEAD, cells(), prepare=second), town) == "roster-two-sheets"
    assert len(read(as_xlsx(HEAD, cells(), prepare=hidden), town)) == 1


def test_control_characters_and_markup_are_only_text(town):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (line,) = read(as_csv(HEAD, cells(note="<b>注意</b>\x07", place="\u200b一楼")), town)
    assert line.note == "<b>注意</b>"


def template():
    notes = [WORDS.say(note, "zh-CN") for note in NOTES]
    return roster_template(first=ON, title="国庆节值班表", notes=notes, posts=["彭店镇值班室", "南大门"])


def test_the_template_can_be_filled_in_and_read_back(town):
    book = openpyxl.load_workbook(io.BytesIO(template()))
    assert book.sheetnames == ["值班表", "填写说明"]
    sheet = book["值班表"]
    assert [cell.value for cell in sheet[2]] == HEAD
    assert sheet["I5"].number_format == "@"
    assert len([row for row in book["填写说明"].iter_rows(values_only=True) if row[0]]) == len(NOTES)
    people = {"D": "吴刚", "F": "13800000010"}
    for row in (5, 6):
        for column, value in people.items():
            sheet[f"{column}{row}"] = value
    out = io.BytesIO()
    book.save(out)
    assert [(line.row, line.post) for line in read(out.getvalue(), town)] == [
        (5, "彭店镇值班室"),
        (6, "南大门"),
    ]


def test_the_empty_template_is_an_empty_roster_whose_examples_do_not_count(town):
    empty = roster_template(first=ON, title="值班表", notes=["一"])
    assert refused(empty, town) == "import-empty"


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)  # a file is read before anything is stored
def test_ten_thousand_rows_are_read(town):
    rows = [cells(post=f"岗位{number}") for number in range(9_990)]
    lines = read(as_xlsx(HEAD, *rows), town)
    assert len(lines) == 9_990
    assert lines[0].row == 2


def test_the_table_of_people_is_told_from_a_roster(town):
    people = as_xlsx(["姓名", "电话", "角色", "镇/村"], ["王芳", "13800000001", "网格员", "彭店镇"])
    assert refused(people, town) == "roster-is-people"
