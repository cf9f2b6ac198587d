"""Looking at incidents: the lists, by number, who sees which; and the queries of briefing and digest."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from models.base import UserError
from models.duty_desk import is_desk
from models.incident_end import close_false
from models.incident_flow import report_incident
from models.incident_grade import GRADES, Counts
from models.incident_numbers import change_casualties, set_handling
from models.incidents import (
    FirstReport,
    Incident,
    incident_by_id,
    incident_by_number,
    incidents_at_least,
    incidents_for,
)
from models.people import person_actor
from models.policy import Policy
from tests.chat import Town
from tests.county import County
from tests.duty_chats import on_one
from tests.incident_chats import DAY, HOUR, acks, incidents, local, report
from tests.test_incident_alarm import put_on_duty

POLICY = Policy()
NOW = local(9, 28, 9)


@on_one
async def test_the_list_shows_the_open_ones_then_all(town: Town) -> None:
    await town["office"].says("突发台账")
    assert "现在没有正在处置的突发事件" in town["office"].last.text
    for kind in ("火灾", "爆炸", "坍塌", "溺水", "中毒", "其他", "交通事故"):
        await report(town, kind=kind)
    await town["office"].taps("查看", "误报", "是演练")
    await town["office"].says("突发台账")
    seen = town["office"].last
    assert "正在处置的突发事件" in seen.text
    assert "TF2026-007" not in seen.text
    assert "【TF2026-006】其他 · 一般 · 处置中" in seen.text
    assert "TF2026-001" not in seen.text
    await town["office"].taps("更多")
    assert "TF2026-001" in town["office"].last.text
    await town["office"].taps("全部突发")
    assert "【TF2026-007】交通事故 · 一般 · 误报" in town["office"].last.text
    await town["office"].taps("TF2026-007")
    assert "定为误报： 是演练" in town["office"].last.text


@pytest.mark.parametrize(
    "said", ["TF2026-001", "tf1", "TF 1", "tf-2026-001", "突发1", "突发2026-001", "事故1"]
)
@on_one
async def test_one_by_its_number_with_its_history(town: Town, said: str) -> None:
    await report(town)
    await acks(town, "office")
    await town["office"].says(said)
    seen = town["office"].last.text
    for part in ("【TF2026-001】爆炸 · 一般 · 处置中", "李静 09:00 收到", "—— 经过 ——", "王芳 首报"):
        assert part in seen
    await town["other_town"].says(said)
    assert "没有找到这件突发事件，或您无权查看" in town["other_town"].last.text


SEES = {
    "office": 3,
    "head": 3,
    "admin": 3,
    "town": 1,
    "leader": 1,
    "officer": 1,
    "other_town": 2,
    "grid_worker": 1,
    "other_worker": 1,
    "responsible": 0,
}


@pytest.fixture
def three(session: Session, county: County) -> list[Incident]:
    """One in 彭店镇 by its grid worker, two in 马栏镇 by its grid worker and its officer."""

    def made(who: str, area: str) -> Incident:
        by = person_actor(session, person=getattr(county, who), channel="web")
        first = FirstReport("fire", area, Counts(dead=1))
        return report_incident(session, by=by, report=first, now=NOW, policy=POLICY)

    return [
        made("grid_worker", "411024108229"),
        made("other_worker", "411024101"),
        made("other_town", "411024101"),
    ]


@pytest.mark.parametrize(("who", "count"), SEES.items())
def test_who_sees_which(
    session: Session, county: County, three: list[Incident], who: str, count: int
) -> None:
    by = person_actor(session, person=getattr(county, who), channel="web")
    listed = incidents_for(session, by=by, now=NOW, limit=10)
    assert len(listed) == count
    for each in three:
        seen = each.id in {one.id for one in listed}
        for look in (
            lambda each=each: incident_by_id(session, by=by, incident_id=each.id, now=NOW),
            lambda each=each: incident_by_number(session, by=by, number=each.number, year=2026, now=NOW),
        ):
            if seen:
                assert look().id == each.id
            else:
                with pytest.raises(UserError) as caught:
                    look()
                assert caught.value.key == "incident-unknown"


def test_a_number_of_another_year_or_none_is_unknown(
    session: Session, county: County, three: list[Incident]
) -> None:
    by = person_actor(session, person=county.office, channel="web")
    for number in ("TF2025-001", "TF9", "7", "", "TF", "TF" + "9" * 30):
        with pytest.raises(UserError):
            incident_by_number(session, by=by, number=number, year=2026, now=NOW)


@on_one
async def test_whoever_is_on_the_countys_duty_sees_all_while_they_are(town: Town) -> None:
    await report(town, "other_worker", place="马栏镇")
    await town["responsible"].says("突发台账")
    assert "现在没有正在处置的" in town["responsible"].last.text
    put_on_duty(town, ("responsible", "officer", "expected"), hours=2)
    await town["responsible"].says("突发台账")
    assert "TF2026-001" in town["responsible"].last.text
    town.clock.forward(3 * HOUR)
    await town["responsible"].says("突发台账")
    assert "现在没有正在处置的" in town["responsible"].last.text
    person = town.county.responsible

    def desk(session: Session) -> bool:
        by = person_actor(session, person=person, channel="web")
        return is_desk(session, by=by, now=town.clock.now())

    assert town.ask(desk) is False


def test_at_least_of_a_grade_counts_by_numbers_and_time(session: Session, county: County) -> None:
    by = person_actor(session, person=county.office, channel="web")

    def made(dead: int, days: int) -> Incident:
        first = FirstReport("gas", "411024108", Counts(dead=dead))
        return report_incident(session, by=by, report=first, now=NOW + days * DAY, policy=POLICY)

    def found(grade: str, since: int = 0, until: int = 99) -> list[str]:
        listed = incidents_at_least(
            session, county=by.county, grade=grade, since=NOW + since * DAY, until=NOW + until * DAY
        )
        return [each.number for each in listed]

    ordinary, serious, major, false = made(2, 0), made(3, 1), made(10, 2), made(30, 3)
    close_false(session, by=by, incident=false, reason="演练", now=NOW, policy=POLICY)
    set_handling(session, by=by, incident=ordinary, level="major", reason="关注", now=NOW, policy=POLICY)
    assert found("ordinary") == [ordinary.number, serious.number, major.number]
    assert found("serious") == [serious.number, major.number]  # a handling level is no grade
    assert found("major") == [major.number]
    assert found("extraordinary") == []
    assert found("serious", 2) == [major.number]
    assert found("serious", 1, 2) == [serious.number]  # [since, until)
    late = {"by": by, "source": "", "policy": POLICY, "now": NOW + timedelta(days=60)}
    change_casualties(session, incident=ordinary, counts=Counts(dead=9), **late)  # type: ignore[arg-type]
    assert found("serious") == [serious.number, major.number]
    assert [len(found(grade)) for grade in GRADES] == [3, 2, 1, 0]


@on_one
async def test_the_digest_says_it_in_one_line(town: Town) -> None:
    await report(town)
    await report(town, kind="火灾")
    await town["office"].taps("查看", "误报", "是演练")
    await town.passes(local(9, 29, 8) - town.clock.now(), step=HOUR)
    town["office"].reads("☀️ 早报 9月29日", "突发：新报 1 起，处置中 1 起")
    assert [each.state for each in incidents(town)] == ["open", "false_alarm"]
