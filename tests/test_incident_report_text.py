"""The text of reports upward: what Art 12 of order 493 asks for, what is not known, versions."""

import pytest
from sqlmodel import Session

from bot.words import Words
from models.base import Actor, UserError, short
from models.incident_flow import add_to_incident, report_incident
from models.incident_grade import PEOPLE, Counts
from models.incident_numbers import change_casualties, set_handling
from models.incident_report import STAGES, loss_words, make_report, missing_facts, report_lines, versions_of
from models.incidents import FirstReport, Incident
from models.people import person_actor
from models.policy import Policy
from tests.chat import Town
from tests.county import County
from tests.duty_chats import on_one
from tests.incident_chats import MINUTE, acks, incidents, local, report, reports, tap

POLICY = Policy()
WORDS = Words(POLICY.zone)
NOW = local(9, 28, 9, 5)
FACTS = {
    "unit": "老王烧烤店，个体工商户，从业5人。",
    "course": "液化气罐泄漏遇明火",
    "measures": "消防3车15人到场；\n已封控路段。",
    "trend": "火已扑灭，无蔓延可能",
    "requests": "请求市专家支援",
    "commander": "陈明，镇安监站站长，13800000003",
    "cause": "减压阀老化",
}


@pytest.fixture
def by(session: Session, county: County) -> Actor:
    return person_actor(session, person=county.office, channel="web")


def made(session: Session, by: Actor, counts: Counts | None = None, **values: str) -> Incident:
    report = FirstReport("explosion", "411024108", counts or Counts(), **values)  # type: ignore[arg-type]
    return report_incident(session, by=by, report=report, now=NOW, policy=POLICY)


def said(session: Session, incident: Incident, stage: str = "first") -> str:
    lines = report_lines(session, incident=incident, stage=stage, now=NOW + 5 * MINUTE, policy=POLICY)
    return "\n".join(WORDS.say(line, "zh-CN") for line in lines)


def test_what_is_known_at_first(session: Session, by: Actor) -> None:
    incident = made(
        session,
        by,
        Counts(dead=1, hurt=3, trapped=2),
        address="彭店镇政府对面",
        description="烧烤店爆炸。\n有人埋在里面",
    )
    assert said(session, incident) == (
        "关于鄢陵县彭店镇政府对面爆炸事故的情况报告（首报）\n"
        "编号：TF2026-001\n"
        "一、时间地点：2026年9月28日9时05分，鄢陵县彭店镇政府对面发生爆炸事故。\n"
        "二、事发单位概况：正在核实。\n"
        "三、伤亡和损失：截至2026年9月28日9时10分，造成死亡1人、受伤3人（伤情正在核实）、被困2人，失联人数正在核实；"
        "直接经济损失正在核实。\n"
        "四、等级：依据国务院令第493号第三条，初步判定为一般事故，可能达到较大事故。\n"
        "五、简要经过：烧烤店爆炸；有人埋在里面。\n"
        "六、已采取措施：正在核实。\n"
        "七、影响和趋势：正在核实。\n"
        "八、请求和建议：暂无。\n"
        "九、现场负责人（姓名、职务、电话）：正在核实。\n"
        "信息来源：李静（安委办值班）13800000007\n"
        "鄢陵县安全生产委员会办公室\n"
        "2026年9月28日9时10分"
    )


def test_when_all_is_known(session: Session, by: Actor) -> None:
    incident = made(session, by, Counts(dead=3, severe=2, light=1, missing=0, trapped=0))
    add_to_incident(session, by=by, incident=incident, facts=FACTS, now=NOW, policy=POLICY)
    add_to_incident(session, by=by, incident=incident, note="伤员已转市医院。", now=NOW, policy=POLICY)
    loss = Counts(loss=12_345_678)
    change_casualties(session, by=by, incident=incident, counts=loss, source="", now=NOW, policy=POLICY)
    set_handling(session, by=by, incident=incident, level="major", reason="省里关注", now=NOW, policy=POLICY)
    text = said(session, incident, "final")
    for part in (
        "（终报）",
        "二、事发单位概况：老王烧烤店，个体工商户，从业5人。\n",
        "造成死亡3人、重伤（含急性工业中毒）2人、轻伤1人；直接经济损失约1234.5678万元。",
        "初步判定为较大事故，目前按重大事故处置。",
        "五、简要经过：液化气罐泄漏遇明火。\n补充情况：伤员已转市医院。\n原因：减压阀老化。",
        "六、已采取措施：消防3车15人到场；已封控路段。",
        "八、请求和建议：请求市专家支援。",
        "陈明，镇安监站站长，13800000003",
    ):
        assert part in text
    assert "正在核实" not in text
    assert missing_facts(incident) == []


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        (Counts(), "伤亡情况正在核实"),
        (Counts(**dict.fromkeys(PEOPLE, 0)), "无人员伤亡"),
        (Counts(dead=0), "无人员伤亡"),
        (Counts(dead=0, hurt=2), "造成受伤2人（伤情正在核实），无人死亡，失联、被困人数正在核实"),
        (Counts(dead=2), "造成死亡2人，受伤、失联、被困人数正在核实"),
        (Counts(hurt=2, missing=0, trapped=0), "造成受伤2人（伤情正在核实），死亡人数正在核实"),
    ],
)
def test_the_casualties_in_official_words(session: Session, by: Actor, counts: Counts, words: str) -> None:
    assert f"，{words}；直接经济损失" in said(session, made(session, by, counts))


@pytest.mark.parametrize(
    ("yuan", "words"),
    [(None, "正在核实"), (0, "约0万元"), (350_000, "约35万元"), (1, "约0.0001万元"), (10**8, "约10000万元")],
)
def test_the_loss_is_said_to_the_yuan(yuan: int | None, words: str) -> None:
    assert WORDS.say(loss_words(yuan), "zh-CN") == words


def test_it_is_chinese_in_english_too(session: Session, by: Actor) -> None:
    incident = made(session, by, Counts(dead=1))
    lines = report_lines(session, incident=incident, stage="follow_up", now=NOW, policy=POLICY)
    assert [WORDS.say(line, "en") for line in lines] == [WORDS.say(line, "zh-CN") for line in lines]


def test_a_version_is_kept_where_it_says_something_new(session: Session, by: Actor) -> None:
    incident = made(session, by)
    first = make_report(session, by=by, incident=incident, stage="first", now=NOW, policy=POLICY)
    again = make_report(session, by=by, incident=incident, stage="first", now=NOW + 5 * MINUTE, policy=POLICY)
    assert again.id == first.id
    add_to_incident(session, by=by, incident=incident, facts={"cause": "不明"}, now=NOW, policy=POLICY)
    make_report(session, by=by, incident=incident, stage="first", now=NOW, policy=POLICY)
    make_report(session, by=by, incident=incident, stage="follow_up", now=NOW, policy=POLICY)
    kept = [(each.stage, each.version) for each in versions_of(session, incident=incident)]
    assert kept == [("first", 1), ("first", 2), ("follow_up", 1)]
    assert versions_of(session, incident=incident)[0].lines == first.lines


def test_an_unknown_stage_is_refused(session: Session, by: Actor) -> None:
    with pytest.raises(UserError) as caught:
        make_report(session, by=by, incident=made(session, by), stage="fourth", now=NOW, policy=POLICY)
    assert caught.value.key == "report-stage"
    assert len(STAGES) == 3


@pytest.mark.parametrize("who", ["town", "officer", "grid_worker", "responsible"])
def test_only_the_office_and_the_desk_make_the_text(
    session: Session, county: County, by: Actor, who: str
) -> None:
    outsider = person_actor(session, person=getattr(county, who), channel="web")
    with pytest.raises(UserError) as caught:
        make_report(session, by=outsider, incident=made(session, by), stage="first", now=NOW, policy=POLICY)
    assert caught.value.key == "not-allowed"


@on_one
async def test_the_gaps_are_filled_by_a_form_that_can_be_left_and_taken_up(town: Town) -> None:
    await report(town)
    await acks(town, "office")
    office = town["office"]
    await office.taps("报告文本", "补齐缺项")
    office.sees("事发单位概况")
    await office.says("老王烧烤店，5人", "跳过", "消防到场")
    await office.says("我的")
    office.looks()
    await town.passes(31 * MINUTE)
    await office.taps("继续填写")
    office.sees("影响和趋势")
    await office.says("跳过", "陈明 站长 13800000003", "跳过", "三十五")
    assert "没看懂金额" in office.last.text
    await office.says("35万")
    office.sees("请核对后提交", "1. 事发单位概况：老王烧烤店，5人", "7. 直接经济损失：约35万元")
    await office.taps("提交")
    office.sees("TF2026-001 已补充")
    await office.taps("报告文本")
    office.sees("首报第 2 稿（已存 2 稿）", "还缺：简要经过、影响和趋势")
    office.sees("老王烧烤店，5人。", "约35万元", "陈明 站长 13800000003。")
    assert [(each.stage, each.version) for each in reports(town)] == [("first", 1), ("first", 2)]


@on_one
async def test_all_gaps_skipped_is_no_fault(town: Town) -> None:
    await report(town)
    await town["office"].taps("报告文本", "补齐缺项")
    await town["office"].says(*["跳过"] * 7)
    await town["office"].taps("提交")
    assert "没有补充内容" in town["office"].last.text
    assert "没有这种报告" in await tap(town, "office", f"a:itext:{short(incidents(town)[0].id)}:fourth")
