"""Importing people: what a table may look like, what is refused and how, and that nobody is doubled."""

import io
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest
from sqlmodel import Session, select

from bot.words import LANGUAGES, Words
from models.audit import events_of
from models.base import Actor, Grant, UserError
from models.people import (
    ADMIN,
    GRID_WORKER,
    RESPONSIBLE,
    ROLES,
    SAFETY_OFFICE,
    TOWN_OFFICER,
    Invitation,
    Person,
    grants_of,
    join,
)
from models.people_import import Imported, import_people, invite_people, unit_kind, without_chat
from models.people_rows import PersonRow, parse_people
from models.places import AreaIndex, area_index
from models.policy import Policy
from models.text import series, text
from models.units import Unit
from tests.county import NOW, County

HINT = " (a mobile has 11 digits; in a spreadsheet, make the column text)"
HEAD = "姓名,电话,职务,角色,镇/村,单位,语言"
AREAS = AreaIndex(
    [
        ("411024", "county", "鄢陵县", []),
        ("411024101", "town", "马栏镇", []),
        ("411024101201", "village", "赵庄村委会", []),
        ("411024108", "town", "彭店镇", ["彭店乡"]),
        ("411024108229", "village", "刘拐村委会", []),
        ("411024108230", "village", "赵庄村委会", []),
    ]
)


def csv(*lines: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *lines]).encode()


def xlsx(*rows: Sequence[Any], title: str = "") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    if title:
        sheet.append([title])
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parse_one(line: str, head: str = HEAD) -> PersonRow:
    (row,) = parse_people(csv(line, head=head), areas=AREAS)
    return row


def faults(*lines: str) -> list[tuple[int, str]]:
    """The rows refused and why, as the operator reads it."""
    with pytest.raises(UserError) as caught:
        parse_people(csv(*lines), areas=AREAS)
    assert caught.value.key == "import-errors"
    words = Words(Policy().zone)
    said = words.say(text(caught.value.key, **caught.value.params), "en").splitlines()
    assert said[0].startswith(f"{len(said) - 1} faults")
    rows = [line.removeprefix("row ").split(": ", 1) for line in said[1:]]
    return [(int(number), why) for number, why in rows]


def test_a_row_is_read() -> None:
    assert parse_one("王芳,13800000001,网格员,网格员,彭店镇刘拐村,,") == PersonRow(
        2, "王芳", "13800000001", (GRID_WORKER,), "网格员", "411024108229"
    )


def test_english_headers_identifiers_and_codes_will_do() -> None:
    row = parse_one(
        "John Smith,+86 138-0000-0001,grid_worker,411024108229,en", head="Name,Phone,Role,Area,Language"
    )
    assert row == PersonRow(2, "John Smith", "13800000001", (GRID_WORKER,), "", "411024108229", "", "en")


def test_columns_may_stand_in_any_order_under_a_title() -> None:
    data = xlsx(["角色", "手机号", "姓 名*", "备注"], ["安委办", 13800000001, "李 静", "x"], title="人员表")
    assert parse_people(data, areas=AREAS) == [PersonRow(3, "李静", "13800000001", (SAFETY_OFFICE,))]


def test_numbers_that_a_spreadsheet_made_are_read() -> None:
    data = xlsx(HEAD.split(","), ["王芳", 13800000001.0, None, "网格员", 411024108, None, None])
    (row,) = parse_people(data, areas=AREAS)
    assert (row.phone, row.area) == ("13800000001", "411024108")


def test_excel_in_chinese_saves_csv_in_gb18030() -> None:
    data = csv("王芳,13800000001,,网格员,刘拐,,").decode().encode("gb18030")
    assert parse_people(data, areas=AREAS)[0].area == "411024108229"


@pytest.mark.parametrize(
    ("said", "role"),
    [
        ("网格员", GRID_WORKER),
        ("镇级负责人", TOWN_OFFICER),
        ("镇安监员", TOWN_OFFICER),
        ("整改责任人", RESPONSIBLE),
        ("值班员", "duty_officer"),
        ("带班领导", "duty_leader"),
        ("安委办", SAFETY_OFFICE),
        ("安委办领导", "office_leader"),
        ("管理员", ADMIN),
        *((role, role) for role in ROLES),
        ("GRID_WORKER", GRID_WORKER),
    ],
)
def test_roles_in_chinese_or_by_identifier(said: str, role: str) -> None:
    row = parse_one(f"王芳,13800000001,,{said},彭店镇,县消防大队,,燃气", head=f"{HEAD},行业领域")
    assert (row.roles, row.sector) == ((role,), "gas")


def test_a_department_has_a_sector_and_there_are_eleven() -> None:
    assert "needs a sector" in faults("马军,13800000014,科长,行业主管部门,,县住建局,")[0][1]
    with pytest.raises(UserError) as caught:
        parse_people(csv("马军,13800000014,,主管部门,,,,航天", head=f"{HEAD},行业领域"), areas=AREAS)
    assert caught.value.params["errors"][0]["p"]["fault"]["k"] == "people-sector"


def test_several_roles_in_one_cell() -> None:
    row = parse_one("王芳,13800000001,,网格员、值班员 网格员,彭店镇,,")
    assert row.roles == (GRID_WORKER, "duty_officer")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("彭店镇", "411024108"),
        ("彭店", "411024108"),
        ("彭店乡", "411024108"),
        ("刘拐村", "411024108229"),
        ("彭店 刘拐", "411024108229"),
        ("彭店镇赵庄村", "411024108230"),
        ("马栏/赵庄", "411024101201"),
        ("411024101201", "411024101201"),
    ],
)
def test_an_area_by_name_or_code(said: str, code: str) -> None:
    assert parse_one(f"王芳,13800000001,,网格员,{said},,").area == code


def test_the_county_itself_is_no_narrower_than_nothing() -> None:
    assert parse_one("王芳,13800000001,,安委办,鄢陵县,,").area is None


def test_every_faulty_row_is_named() -> None:
    assert faults(
        ",13800000001,,网格员,彭店镇,,",
        "王芳,,,网格员,彭店镇,,",
        "王芳,1380000000,,网格员,彭店镇,,",
        "王芳,13800000001、13800000002,,网格员,彭店镇,,",
        "王芳,13800000003,,村长,彭店镇,,",
        "王芳,13800000004,,,彭店镇,,",
        "王芳,13800000005,,网格员,,,",
        "王芳,13800000006,,网格员,刘怪村,,",
        "王芳,13800000007,,网格员,许昌市,,",
        "王芳,13800000008,,网格员,赵庄村,,",
        "王芳,13800000009,,镇安监员,彭店镇刘拐村,,",
        "王芳,13800000010,,整改责任人,彭店镇,,",
        "王芳,13800000011,,安委办,,,法语",
        "<b>x</b>,13800000012,,安委办,,,",
        f"{'王' * 31},13800000013,,安委办,,,",
        "李静,13800000014,,安委办,,,",
        "张静,13800000014,,安委办,,,",
    ) == [
        (2, "no name"),
        (3, "no phone number"),
        (4, "wrong phone number: 1380000000" + HINT),
        (5, "wrong phone number: 13800000001、13800000002" + HINT),
        (6, 'there is no role "村长"'),
        (7, "no role"),
        (8, "a town or village is needed for: grid worker"),
        (9, 'there is no town or village "刘怪村" (did you mean "彭店镇刘拐村委会"?)'),
        (10, 'there is no town or village "许昌市"'),
        (
            11,
            'there is more than one "赵庄村"; write it in full: 马栏镇赵庄村委会, 彭店镇赵庄村委会',
        ),
        (12, "a town (not a village) is needed for: town safety officer"),
        (13, "a unit is needed for: responsible person"),
        (14, "the language must be 中文 or English (法语)"),
        (15, "a name consists of letters: <b>x</b>"),
        (16, '"姓名" must not exceed 30 characters'),
        (18, "the phone number 13800000014 belongs to 李静 in row 17"),
    ]


def test_blank_rows_are_passed_over_and_counted() -> None:
    assert faults("", "王芳,13800000001,,网格员,彭店镇,,", "", "王芳,x,,网格员,彭店镇,,") == [
        (5, "wrong phone number: x" + HINT)
    ]


def test_a_formula_without_its_result_is_a_fault() -> None:
    data = xlsx(HEAD.split(","), ["王芳", "=A1", None, "网格员", "彭店镇", None, None])
    with pytest.raises(UserError) as caught:
        parse_people(data, areas=AREAS)
    assert caught.value.params["errors"][0]["p"]["fault"] == text("people-formula", column="电话")


BAD_FILES = {
    b"": "sheet-empty",
    b"\n\n": "sheet-empty",
    b"PK\x03\x04rubbish": "sheet-not-readable",
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xfe": "sheet-not-readable",
    bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 600: "sheet-old-xls",
    bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"): "sheet-encrypted",
    csv(): "import-empty",
    b"a,b\n1,2\n": "import-columns",
    csv(head="姓名,电话"): "import-columns",
    csv(*["王芳,13800000001,,安委办,,,"] * 10_100): "sheet-too-many-rows",
}


@pytest.mark.parametrize("data", BAD_FILES, ids=[f"{key}-{n}" for n, key in enumerate(BAD_FILES.values())])
def test_a_file_that_is_no_table_of_people_is_refused(data: bytes) -> None:
    with pytest.raises(UserError) as caught:
        parse_people(data, areas=AREAS)
    assert caught.value.key == BAD_FILES[data]
    for lang in LANGUAGES:
        assert Words(Policy().zone).say(text(caught.value.key, **caught.value.params), lang)


def test_missing_columns_are_named() -> None:
    with pytest.raises(UserError) as caught:
        parse_people(csv("王芳,彭店镇", head="姓名,镇/村"), areas=AREAS)
    assert caught.value.params["columns"] == series(["电话", "角色"])


# storing


def office(county: County, *roles: str) -> Actor:
    return Actor(
        county.county, county.admin.id, "管理员", "web", tuple(Grant(role) for role in roles or (ADMIN,))
    )


def store(session: Session, county: County, *rows: PersonRow, by: Actor | None = None) -> Imported:
    return import_people(session, by=by or office(county), rows=rows, now=NOW)


def named(session: Session, name: str) -> Person:
    return session.exec(select(Person).where(Person.name == name)).one()


def row(name: str, phone: str, *roles: str, **more: Any) -> PersonRow:
    return PersonRow(2, name, phone, roles, **more)


def test_new_people_get_their_roles_and_scopes(session: Session, county: County) -> None:
    done = store(
        session,
        county,
        row("马超", "13900000001", GRID_WORKER, SAFETY_OFFICE, area="411024108229", title="村支书"),
        row("黄忠", "13900000002", RESPONSIBLE, unit="县应急管理局"),
    )
    assert (done.added, done.updated) == (2, 0)
    worker, owner = done.people
    assert grants_of(session, county=county.county, person_id=worker.id) == (
        Grant(GRID_WORKER, "411024108229"),
        Grant(SAFETY_OFFICE),
    )
    assert (worker.title, worker.area) == ("村支书", "411024108229")
    unit = session.exec(select(Unit).where(Unit.name == "县应急管理局")).one()
    assert (unit.kind, unit.area, owner.unit_id) == ("department", None, unit.id)
    assert grants_of(session, county=county.county, person_id=owner.id) == (
        Grant(RESPONSIBLE, None, unit.id),
    )


def test_someone_known_by_phone_is_updated_not_doubled(session: Session, county: County) -> None:
    known = county.grid_worker
    done = store(
        session,
        county,
        row("王芳芳", known.phone, GRID_WORKER, area="411024101", lang="en"),
        row("a", "1", ADMIN),
    )
    assert (done.added, done.updated) == (1, 1)
    person = session.get_one(Person, (county.county, known.id))
    assert (person.name, person.area, person.title, person.lang) == ("王芳芳", "411024101", known.title, "en")
    assert set(grants_of(session, county=county.county, person_id=known.id)) == {
        Grant(GRID_WORKER, known.area),
        Grant(GRID_WORKER, "411024101"),
    }
    (event,) = events_of(session, county=county.county, subject="person", subject_id=known.id)
    assert event.before["name"] == "王芳"
    assert event.after["roles_added"] == [[GRID_WORKER, "411024101", None, None]]


def test_the_same_table_again_changes_nothing(session: Session, county: County) -> None:
    rows = (
        row("马超", "13900000001", GRID_WORKER, area="411024108229"),
        row("马超", "13900000001", GRID_WORKER, area="411024101"),
        row("黄忠", "13900000002", RESPONSIBLE, unit="县应急管理局"),
    )
    first = store(session, county, *rows)
    assert len(first.people) == 2
    again = store(session, county, *rows)
    assert (again.added, again.updated) == (0, 2)
    for person in first.people:
        assert len(events_of(session, county=county.county, subject="person", subject_id=person.id)) <= 2
    assert len(grants_of(session, county=county.county, person_id=first.people[0].id)) == 2
    assert len(session.exec(select(Unit).where(Unit.name == "县应急管理局")).all()) == 1


def test_someone_switched_off_comes_back(session: Session, county: County) -> None:
    person = session.get_one(Person, (county.county, county.grid_worker.id))
    person.active = False
    session.add(person)
    store(session, county, row("王芳", person.phone, GRID_WORKER, area=person.area))
    assert named(session, "王芳").active


def test_a_known_unit_is_used_whatever_its_area(session: Session, county: County) -> None:
    store(session, county, row("马超", "13900000001", RESPONSIBLE, unit=county.gas.name, area="411024101"))
    assert named(session, "马超").unit_id == county.gas.id


def test_only_the_office_imports_and_only_administrators_make_administrators(
    session: Session, county: County
) -> None:
    for by, role in ((office(county, GRID_WORKER), GRID_WORKER), (office(county, SAFETY_OFFICE), ADMIN)):
        with pytest.raises(UserError, match="not-allowed"):
            store(session, county, row("马超", "13900000001", role, area="411024108"), by=by)
    assert store(
        session, county, row("马超", "13900000001", SAFETY_OFFICE), by=office(county, SAFETY_OFFICE)
    ).added
    with pytest.raises(UserError, match="not-allowed"):
        invite_people(session, by=office(county, GRID_WORKER), people=[county.admin], now=NOW)


def test_those_without_a_chat_are_invited(session: Session, county: County) -> None:
    done = store(
        session, county, row("马超", "13900000001", SAFETY_OFFICE), row("黄忠", "13900000002", SAFETY_OFFICE)
    )
    (first, second) = invite_people(session, by=office(county), people=done.people, now=NOW)
    join(session, county=county.county, channel="telegram", address="1", code=first.code, now=NOW)
    waiting = without_chat(session, county=county.county, people=done.people)
    assert [person.name for person in waiting] == ["黄忠"]
    assert second.expires_at > NOW
    kept = session.exec(select(Invitation.code_hash)).all()
    assert first.code not in kept


def test_a_new_invitation_ends_the_one_that_was_lost(session: Session, county: County) -> None:
    done = store(session, county, row("马超", "13900000001", SAFETY_OFFICE))
    (lost,) = invite_people(session, by=office(county), people=done.people, now=NOW)
    (found,) = invite_people(session, by=office(county), people=done.people, now=NOW)
    chat = {"county": county.county, "channel": "telegram", "now": NOW}
    with pytest.raises(UserError, match="invitation-expired"):
        join(session, address="1", code=lost.code, **chat)
    assert join(session, address="2", code=found.code, **chat).name == "马超"


def test_two_sheets_of_people_are_refused() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx(HEAD.split(","), ["马超", "13900000001", "", "县安委办"])))
    second = book.create_sheet("第二页")
    second.append(HEAD.split(","))
    out = io.BytesIO()
    book.save(out)
    assert [each.name for each in parse_people(out.getvalue(), areas=AREAS)] == ["马超"]  # nothing in it
    second.append(["黄忠", "13900000002", "", "县安委办"])
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(UserError, match="people-two-sheets"):
        parse_people(out.getvalue(), areas=AREAS)


def test_progress_is_told_row_by_row(session: Session, county: County) -> None:
    seen: list[int] = []
    rows = [row(f"马{n}", f"1390000{n:04}", SAFETY_OFFICE) for n in range(5)]
    import_people(session, by=office(county), rows=rows, now=NOW, progress=seen.append)
    assert seen == [1, 2, 3, 4, 5]


def test_the_parsed_table_fits_the_stored_areas(session: Session, county: County) -> None:
    areas = area_index(session, county=county.county)
    rows = parse_people(csv("马超,13900000001,,网格员,彭店镇刘拐村,,"), areas=areas)
    assert store(session, county, *rows).people[0].area == "411024108229"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("彭店镇人民政府", "town"),
        ("县城管局(燃气办)", "department"),
        ("县消防救援大队", "department"),
        ("县卫健委", "department"),
        ("老城烧烤店", "enterprise"),
        ("马栏镇加油站", "enterprise"),
    ],
)
def test_the_kind_of_a_unit_is_read_from_its_name(name: str, kind: str) -> None:
    assert unit_kind(name) == kind
