"""The criteria for major hazards: the table, its versions, its faults, the command."""

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.criteria_table import first_criteria, shipped_criteria
from models.audit import Event
from models.base import Actor, Grant, UserError, write_now
from models.criteria import Criterion, ImportedCriteria, criteria_at, criterion, import_criteria, in_order
from models.criteria_rank import rank_criteria
from models.criteria_rows import NEEDED, SECTOR_OF_LIST, parse_criteria
from models.people import ADMIN, GRID_WORKER
from models.sectors import SECTORS
from tests import shell
from tests.shell import Shell

zhishou = shell.zhishou

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
OFFICE = Actor("411024", None, "李静", "cli", (Grant(ADMIN),))
WORKER = Actor("411024", None, "王芳", "web", (Grant(GRID_WORKER, "411024108229"),))

ROW = {
    "standard_code": "GAS",
    "sector_en": "city_gas",
    "article": "9",
    "item_no": "1",
    "title": "燃气设施设在地下、半地下空间",
    "standard_title": "城镇燃气经营安全重大隐患判定标准",
    "document_no": "建城规〔2023〕4号",
    "effective_from": "2023-09-21",
}


def table(*rows: dict[str, str]) -> str:
    """Rows as a CSV table; each says only what is unlike ROW."""
    out = io.StringIO()
    writer = csv.DictWriter(out, [*NEEDED, "effective_to", "status", "source"])
    writer.writeheader()
    writer.writerows(ROW | row for row in rows)
    return out.getvalue()


def keep(session: Session, *rows: dict[str, str]) -> ImportedCriteria:
    return import_criteria(session, by=OFFICE, rows=parse_criteria(table(*rows)), now=NOW)


def test_the_products_own_table_is_whole(session: Session) -> None:
    done = import_criteria(session, by=OFFICE, rows=shipped_criteria(), now=NOW)
    assert done == ImportedCriteria(added=293, changed=0)
    held = criteria_at(session, on=TODAY)
    per_list: dict[str, int] = {}
    for each in held:
        per_list[each.standard] = per_list.get(each.standard, 0) + 1
    assert per_list == {"CE": 17, "CHEM": 20, "CON": 53, "FW": 20, "GAS": 22, "IND": 65, "PW": 49, "SE": 47}
    one = criterion(session, "GAS-9-1@2023-09-21")
    assert (one.sector, one.document_no, one.effective_to) == ("gas", "建城规〔2023〕4号", None)
    assert criterion(session, "CHEM-2017-20@2017-11-01").status == "check_overlap_AQ3067"


def test_every_sector_of_the_table_is_one_of_a_hazard() -> None:
    assert set(SECTOR_OF_LIST.values()) == set(SECTORS)


def test_the_same_table_again_changes_nothing(session: Session) -> None:
    import_criteria(session, by=OFFICE, rows=shipped_criteria(), now=NOW)
    again = import_criteria(session, by=OFFICE, rows=shipped_criteria(), now=NOW)
    assert again == ImportedCriteria(0, 0)
    write_now(session)
    assert len(session.exec(select(Event).where(Event.subject == "criteria")).all()) == 1


def test_an_import_is_in_the_records(session: Session) -> None:
    keep(session, {})
    write_now(session)
    event = session.exec(select(Event).where(Event.subject == "criteria")).one()
    assert (event.actor_name, event.after["added"], event.after["documents"]) == (
        "李静",
        1,
        ["建城规〔2023〕4号"],
    )


def test_a_correction_keeps_the_id(session: Session) -> None:
    keep(session, {}, {"item_no": "2"})
    assert keep(session, {"title": "改过的字"}, {"item_no": "2"}) == ImportedCriteria(added=0, changed=1)
    assert criterion(session, "GAS-9-1@2023-09-21").title == "改过的字"


def test_a_later_version_ends_the_one_before(session: Session) -> None:
    keep(session, {})
    done = keep(session, {"effective_from": "2027-01-01", "title": "新的说法"})
    assert done == ImportedCriteria(added=1, changed=1)

    def holding(on: date) -> list[str]:
        return [each.title for each in criteria_at(session, on=on)]

    assert holding(date(2023, 9, 20)) == []
    assert holding(date(2023, 9, 21)) == holding(date(2026, 12, 31)) == [ROW["title"]]
    assert holding(date(2027, 1, 1)) == ["新的说法"]
    assert criterion(session, "GAS-9-1@2023-09-21").effective_to == date(2026, 12, 31)


def test_the_older_table_again_does_not_bring_the_older_version_back(session: Session) -> None:
    keep(session, {})
    keep(session, {"effective_from": "2027-01-01"})
    assert keep(session, {}) == ImportedCriteria(0, 0)
    assert len(criteria_at(session, on=date(2027, 6, 1))) == 1


def test_an_older_version_that_comes_later_ends_before_the_newer(session: Session) -> None:
    keep(session, {})
    keep(session, {"effective_from": "2018-05-01", "title": "老的说法"})
    assert [each.title for each in criteria_at(session, on=date(2020, 1, 1))] == ["老的说法"]
    assert [each.title for each in criteria_at(session, on=TODAY)] == [ROW["title"]]


def test_a_standard_that_ended_holds_no_more(session: Session) -> None:
    keep(session, {"effective_to": "2026-09-29"})
    assert len(criteria_at(session, on=date(2026, 9, 29))) == 1
    assert criteria_at(session, on=date(2026, 9, 30)) == []


def test_versions_that_overlap_are_refused(session: Session) -> None:
    with pytest.raises(UserError) as error:
        keep(session, {"effective_to": "2027-01-01"}, {"effective_from": "2027-01-01"})
    assert (error.value.key, error.value.params["code"]) == ("criterion-overlap", "GAS-9-1")


def test_of_a_sector_its_own_lists(session: Session) -> None:
    import_criteria(session, by=OFFICE, rows=shipped_criteria(), now=NOW)

    def lists(sector: str) -> set[str]:
        return {each.standard for each in criteria_at(session, on=TODAY, sector=sector)}

    assert lists("gas") == {"GAS"}
    assert lists("chemicals") == {"CHEM", "FW", "CE"}
    assert lists("other") == {"IND"}
    assert lists("education") == set()
    assert len(criteria_at(session, on=TODAY)) == 293


def test_articles_stand_in_their_own_order(session: Session) -> None:
    keep(
        session,
        *({"article": article} for article in ("4.10", "4.2", "14", "9")),
        {"item_no": "10"},
        {"item_no": "2"},
    )
    held = criteria_at(session, on=TODAY)
    assert [(each.article, each.item) for each in held] == [
        ("4.2", 1),
        ("4.10", 1),
        ("9", 1),
        ("9", 2),
        ("9", 10),
        ("14", 1),
    ]
    assert in_order(held[::-1]) == held


def test_only_the_office_imports(session: Session) -> None:
    with pytest.raises(UserError, match="not-allowed"):
        import_criteria(session, by=WORKER, rows=shipped_criteria(), now=NOW)
    assert session.exec(select(Criterion)).all() == []


def test_what_is_not_there_is_said(session: Session) -> None:
    with pytest.raises(UserError, match="criterion-unknown"):
        criterion(session, "GAS-9-1@1999-01-01")
    with pytest.raises(UserError, match="import-empty"):
        import_criteria(session, by=OFFICE, rows=[], now=NOW)


def test_the_first_table_is_imported_once(session: Session) -> None:
    assert first_criteria(session, by=OFFICE, now=NOW).added == 293
    keep(session, {"title": "本县改过的字"})
    assert first_criteria(session, by=OFFICE, now=NOW) == ImportedCriteria(0, 0)
    assert criterion(session, "GAS-9-1@2023-09-21").title == "本县改过的字"


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ({"title": " "}, "criterion-blank"),
        ({"effective_from": ""}, "criterion-blank"),
        ({"title": "字" * 301}, "criterion-long"),
        ({"standard_code": "燃气"}, "criterion-number"),
        ({"article": "第九条"}, "criterion-number"),
        ({"item_no": "1a"}, "criterion-number"),
        ({"item_no": "²"}, "criterion-number"),
        ({"sector_en": "space"}, "criterion-sector"),
        ({"effective_from": "2023-13-01"}, "criterion-day"),
        ({"effective_from": "去年"}, "criterion-day"),
        ({"effective_to": "2023-09-20"}, "criterion-ends-early"),
        ({"item_no": "2"}, "criterion-twice"),
    ],
)
def test_a_fault_is_named_by_its_row(row: dict[str, str], key: str) -> None:
    with pytest.raises(UserError) as error:
        parse_criteria(table({}, {"item_no": "2"}, row, {"item_no": "4"}))
    assert error.value.key == "import-errors"
    assert error.value.params["count"] == 1
    (fault,) = error.value.params["errors"]
    assert (fault["p"]["row"], fault["p"]["fault"]["k"]) == (4, key)


def test_all_faults_are_named_and_nothing_is_read() -> None:
    with pytest.raises(UserError) as error:
        parse_criteria(table(*({"article": "x", "item_no": str(item)} for item in range(25))))
    assert error.value.params["count"] == 25
    assert [fault["p"]["row"] for fault in error.value.params["errors"]] == list(range(2, 22))


def test_missing_columns_and_an_empty_table() -> None:
    with pytest.raises(UserError) as error:
        parse_criteria("standard_code,article\nGAS,9\n")
    assert error.value.key == "import-columns"
    assert "effective_from" in error.value.params["columns"]
    with pytest.raises(UserError, match="import-empty"):
        parse_criteria(table())


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2017-11", date(2017, 11, 1)),
        ("2024-12-03(成文)", date(2024, 12, 3)),
        ("2024-12-03（成文）", date(2024, 12, 3)),
        ("2026-7-1", date(2026, 7, 1)),
    ],
)
def test_days_as_official_tables_write_them(said: str, day: date) -> None:
    assert parse_criteria(table({"effective_from": said}))[0].effective_from == day


def test_a_table_as_spreadsheets_save_it() -> None:
    """With a byte order mark, Windows line ends, blank lines and a cell of two lines."""
    data = "\ufeff" + table({"title": "两行\n的内容"}, {"item_no": "2"}) + ",,,\r\n"
    rows = parse_criteria(data)
    assert [(row.item, row.title) for row in rows] == [(1, "两行\n的内容"), (2, ROW["title"])]
    assert [row.row for row in rows] == [3, 4]


def test_a_new_version_is_ranked_by_its_own_words(session: Session) -> None:
    """The everyday words belong to one wording: they do not speak for what took its number."""
    keep(session, {"effective_from": "2027-01-01", "title": "调压装置没有保护"})
    held = criteria_at(session, on=date(2027, 1, 1))
    assert rank_criteria("燃气管从厕所卫生间穿过", "gas", held) == []


# The command


def test_the_command_imports_the_products_own_table(zhishou: Shell) -> None:
    assert "293 added" in zhishou("init").out
    assert "293" not in zhishou("init").out
    assert zhishou("import", "criteria").out == "✓ Criteria for major hazards: 0 added, 0 changed\n"


def test_the_command_names_the_faulty_row(zhishou: Shell, tmp_path: Path) -> None:
    zhishou("init")
    path = tmp_path / "criteria.csv"
    path.write_text(table({}, {"item_no": "2", "sector_en": "space"}), encoding="utf-8")
    ran = zhishou("import", "criteria", path, lang="zh-CN")
    assert ran.code != 0
    assert "第 3 行：没有“space”这个行业" in ran.err
    path.write_text(table({}, {"item_no": "99"}), encoding="utf-8")
    assert "新增 1 条，更新 1 条" in zhishou("import", "criteria", path, lang="zh-CN").out
