"""The duty log by chat: who may write and read it, its kinds and photos, paging, and that nothing is changed."""

import pytest
from sqlmodel import select

from models import duty_log
from models.audit import events_of
from models.base import UserError
from models.checkin import check_in
from models.duty import Shift
from models.duty_log import LogEntry, add_entry, log_page
from models.handover_flow import confirm_handover, fill_handover
from models.handovers import make_handover
from tests.chat import Town
from tests.duty_chats import MINUTE, on_one, publish, row, speak_english, until
from tests.duty_fixtures import COUNTY, POLICY, at, duty_session
from tests.duty_fixtures import town as small
from tests.handover_chats import two_shifts

__all__ = ["duty_session", "small"]


# By chat


async def test_an_entry_with_kind_words_and_photo_is_read_by_the_shift(town: Town) -> None:
    await two_shifts(town)
    officer, leader = town["officer"], town["leader"]
    await officer.says("记事")
    officer.sees("请写下内容")
    await officer.sends_photo()
    officer.sees("照片收到", "请写下内容")
    await officer.says("县应急局来电，今晚有大风")
    officer.sees("记哪一类")
    await town.passes(7 * MINUTE, step=MINUTE)
    await officer.taps("来电")
    officer.sees("已记入值班日志：08:07 ☎️ 来电", "今晚有大风")
    await leader.says("值班日志")
    seen = leader.sees("彭店镇值班室 值班日志", "08:07 ☎️ 来电 · 冯超：县应急局来电，今晚有大风（照片 1 张）")
    assert [label for label, _ in seen.buttons] == ["📷 10月1日（周四）08:07", "✍ 记一条"]
    await leader.taps("📷 10月1日（周四）08:07")
    assert leader.sees("08:07", "今晚有大风").photos == 1


@on_one
async def test_the_words_may_follow_at_once(town: Town) -> None:
    await two_shifts(town)
    officer = town["officer"]
    for said in ("记事 张县长批示，加强巡查", "记事：张县长批示，加强巡查", "/note 张县长批示，加强巡查"):
        await officer.says(said)
        officer.sees("记哪一类")
        await officer.says("领导批示")
        officer.sees("已记入值班日志", "📝 领导批示", "张县长批示，加强巡查")
    kept = town.ask(lambda session: session.exec(select(LogEntry)).all())
    assert {(each.kind, each.body) for each in kept} == {("instruction", "张县长批示，加强巡查")}


@on_one
async def test_only_who_is_on_post_may_write(town: Town) -> None:
    await publish(town, row(deputy="", deputy_phone=""))
    await until(town, 1, 8, 5)
    for who in ("leader", "office", "grid_worker"):  # not checked in, or not on the shift at all
        await town[who].says("记事")
        town[who].reads("您现在不在岗，不能记值班日志")
    await town["leader"].says("签到", "记事")
    town["leader"].reads("请写下内容")


@on_one
async def test_a_half_written_entry_waits_and_mistakes_are_said(town: Town) -> None:
    await two_shifts(town)
    officer = town["officer"]
    await officer.says("记事")
    officer.sees("请写下内容")
    await officer.shares_place()
    officer.sees("请写下内容")
    await officer.says("一" * 501)
    officer.sees("501", "500")
    await officer.says("值班")
    officer.sees("现在值班")
    await officer.says("继续")
    officer.sees("请写下内容")
    await officer.says("看了三处工地", "随便")
    officer.sees("记哪一类")
    officer.sees("请点一个选项", "记哪一类")
    await officer.says("巡查")
    officer.sees("🚶 巡查", "看了三处工地")
    assert len(town.ask(lambda session: session.exec(select(LogEntry)).all())) == 1


@on_one
async def test_a_long_log_is_read_page_by_page(town: Town) -> None:
    await two_shifts(town)
    officer = town["officer"]
    for number in range(1, 15):
        await officer.says(f"记事 第{number}件事", "其他")
        officer.looks()
    await officer.says("值班日志")
    first = officer.sees("最新的在前", "第14件事", "第9件事")
    assert "第8件事" not in first.text
    await officer.taps("更多")
    officer.sees("第8件事", "第3件事")
    await officer.taps("更多")
    last = officer.sees("第2件事", "第1件事")
    assert "更多" not in str(last.buttons)


@on_one
async def test_the_office_chooses_whose_log_it_reads(town: Town) -> None:
    other = row(
        post="马栏镇值班室",
        leader="王海",
        leader_phone="13900000001",
        deputy="",
        officer="",
        officer_phone="",
    )
    await publish(
        town, row(deputy="", deputy_phone=""), [each if each != "13800000011" else "" for each in other]
    )
    await until(town, 1, 8)
    await town["officer"].says("签到", "记事 一切正常", "其他")
    await town["office"].says("值班日志")
    town["office"].reads("看哪个岗位")
    await town["office"].taps("彭店镇值班室")
    town["office"].reads("一切正常")
    await town["other_town"].says("值班日志")
    town["other_town"].reads("马栏镇值班室 值班日志：还没有记录")
    await town["grid_worker"].says("值班日志")
    town["grid_worker"].reads("没有这项权限")


@on_one
async def test_forged_buttons_show_nothing(town: Town) -> None:
    await two_shifts(town)
    await town["officer"].says("记事 一切正常", "其他")
    for forged in ("a:log", "a:log:!", "a:log:1", "a:log:zzzzzzzzzzzzz:1", "a:logpics:1", "a:logpics"):
        await town.wire.receive("officer", kind="tap", data=forged, tap_id="t")
    await town.settle()
    data = next(
        data for each in town["officer"].messages for _, data in each.buttons if data.startswith("a:log:")
    )
    await town.wire.receive("grid_worker", kind="tap", data=data, tap_id="t")
    await town.settle()
    town["grid_worker"].reads("没有这项权限")


@on_one
async def test_the_log_in_english(town: Town) -> None:
    await two_shifts(town)
    speak_english(town, "officer")
    officer = town["officer"]
    await officer.says("log entry the county called about the wind", "call")
    officer.sees("What is it about?")
    officer.sees("In the duty log: 08:00 ☎️ Call")
    await officer.says("duty log")
    officer.sees("Duty log of", "☎️ Call · 冯超: the county called about the wind")


# The rules


@pytest.fixture
def watch(small):
    """Leader and officer on post on the 1st; `other` stands the 2nd, `deputy` the 3rd."""
    small.publish(
        small.row(1, leader="leader", officer="officer"),
        small.row(2, officer="other"),
        small.row(3, leader="deputy"),
    )
    for name in ("leader", "officer"):
        enter(small, name, at(1, 8))
    small.forget()
    return small


def enter(town, name, now):
    return check_in(town.session, by=town.actor(name), duty_id=town.duty(name).id, now=now, policy=POLICY)


def write(town, name="officer", now=None, *, of="officer", kind="call", body="来电", **more):
    duty_id = town.duty(of).id
    return add_entry(
        town.session, by=town.actor(name), duty_id=duty_id, kind=kind, body=body, now=now or at(1, 9), **more
    )


def fault(town, **asked):
    with pytest.raises(UserError) as caught:
        write(town, **asked)
    return caught.value.key


def reads(town, name, now):
    try:
        _, found = log_page(town.session, by=town.actor(name), post_id=town.post.id, now=now, limit=9)
    except UserError as error:
        return error.key
    return [entry.body for entry, _ in found]


def test_an_entry_is_as_of_now_and_by_whoever_is_on_post(watch):
    entry = write(watch, now=at(1, 9, 17))
    assert (entry.at, entry.person_id, entry.post_id) == (at(1, 9, 17), watch.officer.id, watch.post.id)
    assert fault(watch, name="leader") == "log-not-on-post"  # by somebody else's duty
    assert fault(watch, name="other", of="other") == "log-not-on-post"
    assert fault(watch, name="office") == "log-not-on-post"
    assert fault(watch, kind="gossip") == "log-kind"
    assert fault(watch, body=" \n") == "log-empty"
    assert fault(watch, body="长" * 501) == "log-long"
    assert fault(watch, photo_ids=range(10)) == "photos-too-many"


def test_who_is_not_relieved_still_writes_and_who_is_does_not(watch):
    shift = watch.session.get_one(Shift, (COUNTY, watch.duty("officer").shift_id))
    assert write(watch, now=at(2, 9), body="还没人来接班")
    handover = make_handover(watch.session, shift=shift, now=at(2, 9))
    given = {"handover_id": handover.id, "policy": POLICY, "session": watch.session}
    fill_handover(**given, by=watch.actor("officer"), items={}, now=at(2, 9, 1))
    confirm_handover(**given, by=watch.actor("other"), now=at(2, 9, 5))
    assert fault(watch, now=at(2, 9, 6)) == "log-not-on-post"
    assert write(watch, "other", at(2, 9, 6), of="other")


def test_the_shift_the_next_the_town_and_the_office_read_it(watch):
    write(watch)
    seen = {
        name: reads(watch, name, at(1, 10))
        for name in ("leader", "officer", "other", "town", "office", "head")
    }
    assert set(map(str, seen.values())) == {"['来电']"}
    assert reads(watch, "deputy", at(1, 10)) == "not-allowed"  # the shift after the next
    assert reads(watch, "deputy", at(2, 10)) == ["来电"]
    assert reads(watch, "leader", at(2, 20)) == ["来电"]
    assert reads(watch, "leader", at(3, 9)) == "not-allowed"  # a day after their shift
    stranger = watch.actor("town")
    stranger = type(stranger)(
        COUNTY, stranger.person_id, "", "web", (type(stranger.grants[0])("town_officer", "411024101"),)
    )
    with pytest.raises(UserError, match="not-allowed"):
        log_page(watch.session, by=stranger, post_id=watch.post.id, now=at(1, 10), limit=9)


def test_nothing_of_the_log_is_ever_changed(watch):
    """A correction is another entry; there is no operation that edits one, and each leaves its event."""
    entry = write(watch)
    write(watch, body="更正：来电号码是 7160001", now=at(1, 9, 30))
    assert reads(watch, "office", at(1, 10)) == ["更正：来电号码是 7160001", "来电"]
    (event,) = events_of(watch.session, county=COUNTY, subject="log", subject_id=entry.id)
    assert (event.action, event.after["body"], event.actor_id) == ("write", "来电", watch.officer.id)
    operations = {
        name for name in vars(duty_log) if name.startswith(("edit", "change", "delete", "remove", "update"))
    }
    assert operations == set()
