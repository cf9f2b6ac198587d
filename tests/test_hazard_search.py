"""Searching by words: the pairs of letters, the index behind the report, windows, and who may find what."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, col, select, update

from bot.db import Database
from models.hazard_flow import correct_report
from models.hazard_reports import HazardReport
from models.hazard_search import WINDOW, HazardGram, grams, index_due, runs, search_hazards, words_of
from models.hazards import Hazard
from tests.county import NOW, County
from tests.ledger import OTHER_VILLAGE, POLICY, VILLAGE, actor, reported


def test_letters_that_stand_together() -> None:
    assert runs("ＬＰＧ气罐，明火 A-3号\n楼") == ["lpg气罐", "明火", "a", "3号", "楼"]
    assert runs("。，！ \u200b") == []
    assert runs("Straße №5") == ["strasse", "no5"]


def test_pairs_of_letters() -> None:
    assert grams("液化气") == {ord("液") << 21 | ord("化"), ord("化") << 21 | ord("气")}
    assert grams("气 罐") == grams("气") == grams("") == set()
    assert grams("𠮷野家") == {ord("𠮷") << 21 | ord("野"), ord("野") << 21 | ord("家")}
    assert max(grams("\U0010fffd\U0010fffd𪚥𪚥")) < 1 << 63


@given(st.text(max_size=60), st.integers(0, 60), st.integers(2, 20))
def test_every_part_of_a_text_has_its_pairs_in_it(said: str, begin: int, length: int) -> None:
    for run in runs(said):
        assert grams(run[begin : begin + length]) <= grams(said)


@given(st.text(max_size=60))
def test_a_pair_is_two_letters_that_stand_together(said: str) -> None:
    for pair in grams(said):
        assert chr(pair >> 21) + chr(pair & (1 << 21) - 1) in " ".join(runs(said))


def index(session: Session, county: County) -> int:
    session.flush()
    done = index_due(session, county=county.county, now=NOW, policy=POLICY)
    session.expire_all()
    return done


def found(session: Session, county: County, said: str, who: str = "office", **more: object) -> list[str]:
    by = actor(session, county, who)
    result = search_hazards(session, by=by, said=said, limit=5, **more)  # type: ignore[arg-type]
    return [hazard.number for hazard in result.hazards]


def test_found_by_description_address_and_unit(session: Session, county: County) -> None:
    reported(
        session, county, description="液化气罐和明火在一个屋", address="学府路12号", unit_name="老王烧烤店"
    )
    reported(session, county, description="LPG气瓶未固定", unit_name="老李饭店")
    assert index(session, county) == 2
    one, two = ["2026-0001"], ["2026-0002"]
    assert found(session, county, "明火") == one
    assert found(session, county, "学府路") == one
    assert found(session, county, "烧烤店 液化气") == one
    assert found(session, county, "lpg") == found(session, county, "ＬＰＧ") == two
    assert found(session, county, "老王饭店") == []
    assert found(session, county, "王烧烤") == one
    assert found(session, county, "罐液") == []
    assert found(session, county, "12号") == one


def test_a_report_is_found_after_the_tick_and_the_tick_does_it_once(session: Session, county: County) -> None:
    reported(session, county)
    assert found(session, county, "明火") == []
    assert index(session, county) == 1
    assert found(session, county, "明火") == ["2026-0001"]
    before = len(session.exec(select(HazardGram)).all())
    assert index(session, county) == 0
    assert len(session.exec(select(HazardGram)).all()) == before == len(grams("液化气罐和明火在一个屋"))


def test_two_tickers_index_once(db: Database, county: County) -> None:
    db.run_now(lambda session: reported(session, county))

    def tick(session: Session) -> int:
        return index_due(session, county=county.county, now=NOW, policy=POLICY)

    assert db.run_now(tick) == 1
    db.run_now(lambda session: session.execute(update(Hazard).values(index_at=NOW)))
    assert db.run_now(tick) == 1  # again, as after a restart: nothing stands twice
    count = db.read_now(lambda session: len(session.exec(select(HazardGram)).all()))
    assert count == len(grams("液化气罐和明火在一个屋"))


def test_a_correction_is_found_by_its_new_words_alone(session: Session, county: County) -> None:
    hazard = reported(session, county, description="灭火器过期", address="学府路")
    index(session, county)
    by = actor(session, county, "grid_worker")
    report = HazardReport(VILLAGE, "fire", "fire", "安全出口锁死", "学府路", no_photo_reason="不便")
    correct_report(session, by=by, hazard=hazard, report=report, now=NOW, policy=POLICY)
    assert found(session, county, "灭火器") == []
    assert index(session, county) == 1
    assert found(session, county, "灭火器") == []
    assert found(session, county, "安全出口") == found(session, county, "学府路") == ["2026-0001"]


def test_a_correction_while_its_former_words_are_being_indexed_wins(session: Session, county: County) -> None:
    """What the tick read meanwhile is not written: it asks for the row as it read it."""
    hazard = reported(session, county, description="灭火器过期")
    session.flush()
    session.execute(
        update(Hazard)
        .where(col(Hazard.id) == hazard.id)
        .values(row_version=9)
        .execution_options(synchronize_session=False)
    )
    index_due(session, county=county.county, now=NOW, policy=POLICY)
    assert session.exec(select(HazardGram)).all() == []
    session.expire_all()
    index(session, county)
    assert found(session, county, "灭火器") == ["2026-0001"]


def test_a_town_and_a_sector_narrow_it(session: Session, county: County) -> None:
    reported(session, county)
    reported(session, county, "other_worker", area=OTHER_VILLAGE)
    reported(session, county, sector="fire")
    index(session, county)
    assert found(session, county, "明火") == ["2026-0003", "2026-0002", "2026-0001"]
    assert found(session, county, "明火", area="411024101") == ["2026-0002"]
    assert found(session, county, "明火", area=OTHER_VILLAGE) == ["2026-0002"]
    assert found(session, county, "明火", sector="fire") == ["2026-0003"]
    assert found(session, county, "", area="411024108", sector="gas") == ["2026-0001"]


def test_a_single_letter_is_looked_for_one_by_one(session: Session, county: County) -> None:
    reported(session, county, description="罐体锈蚀")
    reported(session, county, description="气瓶100%未固定")
    index(session, county)
    assert found(session, county, "罐") == ["2026-0001"]
    assert found(session, county, "罐 锈蚀") == ["2026-0001"]
    assert found(session, county, "瓶 锈蚀") == []
    assert found(session, county, "A") == []


def test_who_finds_what(session: Session, county: County) -> None:
    reported(session, county)
    reported(session, county, "other_worker", area=OTHER_VILLAGE, sector="fire")
    reported(session, county, "inspector", covert=True)
    index(session, county)
    assert found(session, county, "明火", "office") == ["2026-0003", "2026-0002", "2026-0001"]
    assert found(session, county, "明火", "town") == ["2026-0001"]
    assert found(session, county, "明火", "other_town") == ["2026-0002"]
    assert found(session, county, "明火", "department") == ["2026-0001"]
    assert found(session, county, "明火", "grid_worker") == ["2026-0001"]
    assert found(session, county, "明火", "inspector") == ["2026-0003"]
    assert found(session, county, "明火", "responsible") == []
    assert found(session, county, "火", "grid_worker") == ["2026-0001"]


def many(session: Session, county: County, count: int) -> None:
    """As many hazards as wanted, and one of long ago that has both words."""
    reported(session, county, description="气瓶旁有明火，法兰渗漏")
    rows = []
    base = reported(session, county, description="气瓶未固定")
    for place in range(count):
        said = "气瓶未固定" if place % 2 else "灶台边有明火"
        values = base.model_dump() | {"id": base.id + 1 + place, "number": f"2026-{place + 3:04d}"}
        rows.append(Hazard(**(values | {"description": said})))
    session.add_all(rows)
    session.flush()
    while index(session, county):
        pass


def test_pages_go_on_over_windows_until_all_was_looked_through(session: Session, county: County) -> None:
    many(session, county, 2 * WINDOW + 20)
    by = actor(session, county, "office")
    newest = search_hazards(session, by=by, said="气瓶", limit=5)
    assert len(newest.hazards) == 5
    assert newest.before == newest.hazards[-1].id
    following = search_hazards(session, by=by, said="气瓶", limit=5, before=newest.before)
    assert following.hazards[0].id < newest.hazards[-1].id
    both = search_hazards(session, by=by, said="气瓶 明火", limit=5)
    assert both.hazards == []
    assert both.before is not None  # a window full of either, none with both: farther back there may be one
    further = search_hazards(session, by=by, said="气瓶 明火", limit=5, before=both.before)
    assert ([each.number for each in further.hazards], further.before) == (["2026-0001"], None)


def test_the_rarest_words_are_looked_up_first(session: Session, county: County) -> None:
    many(session, county, 2 * WINDOW + 20)
    by = actor(session, county, "office")
    once = search_hazards(session, by=by, said="气瓶 明火 法兰", limit=5)
    assert ([each.number for each in once.hazards], once.before) == (["2026-0001"], None)


def test_a_single_letter_goes_back_a_window_at_a_time(session: Session, county: County) -> None:
    many(session, county, WINDOW + 20)
    by = actor(session, county, "office")
    first = search_hazards(session, by=by, said="兰", limit=5)
    assert (first.hazards, first.before is None) == ([], False)
    second = search_hazards(session, by=by, said="兰", limit=5, before=first.before)
    assert ([each.number for each in second.hazards], second.before) == (["2026-0001"], None)


def test_what_is_due_only_later_waits(session: Session, county: County) -> None:
    hazard = reported(session, county)
    hazard.index_at = NOW + timedelta(minutes=1)
    session.add(hazard)
    assert index(session, county) == 0
    assert words_of(hazard).startswith("液化气罐")
