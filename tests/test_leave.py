"""Leave: who records it for whom, what it runs into, and that rosters say so."""

from datetime import date, timedelta

import pytest

from models.base import UserError
from models.leave import add_leave, cancel_leave, leaves_ahead
from models.roster_edit import substitute
from models.roster_review import review_lines
from tests.chat import Town as House
from tests.duty_chats import on_one, publish, row, send_in, speak_english
from tests.duty_fixtures import NOW, POLICY, WORDS, at, duty_session
from tests.duty_fixtures import town as small

__all__ = ["duty_session", "small"]

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 2)


def leave(town, name="officer", *, by=None, first=FIRST, last=LAST, now=NOW, reason=""):
    person = getattr(town, name)
    return add_leave(
        town.session,
        by=town.actor(by or name),
        person_id=person.id,
        first=first,
        last=last,
        now=now,
        policy=POLICY,
        reason=reason,
    )


def test_the_office_and_the_town_hear_of_it_and_of_the_shifts_in_it(small):
    small.publish(small.row(1), small.row(3))
    small.forget()
    leave(small, reason="出差")
    for name in ("office", "town"):
        assert "请假报备" in small.said(name)
        assert "冯超：10月1日（周四） 至 10月2日（周五）（出差）" in small.said(name)
        assert "已经排了 1 班" in small.said(name)
        assert "值班人员：10月1日（周四）08:00" in small.said(name)
    assert small.said("officer") == ""
    leave(small, "other", by="office")
    assert "马超" in small.said("other")  # recorded by someone else: they hear of it


def test_whose_leave_who_may_record_and_end(small):
    for by in ("officer", "office", "town"):
        mine = leave(small, "officer", by=by)
        cancel_leave(small.session, by=small.actor(by), leave_id=mine.id, now=NOW)
    with pytest.raises(UserError, match="leave-cancelled"):
        cancel_leave(small.session, by=small.actor("office"), leave_id=mine.id, now=NOW)
    with pytest.raises(UserError, match="leave-unknown"):
        cancel_leave(small.session, by=small.actor("office"), leave_id=1, now=NOW)
    for by in ("leader", "other", "head"):
        with pytest.raises(UserError, match="not-allowed"):
            leave(small, "officer", by=by)
    with pytest.raises(UserError, match="not-allowed"):
        leave(small, "head", by="town")  # of no town
    kept = leave(small)
    with pytest.raises(UserError, match="not-allowed"):
        cancel_leave(small.session, by=small.actor("other"), leave_id=kept.id, now=NOW)
    assert [
        len(leaves_ahead(small.session, by=small.actor(name), today=FIRST)) for name in ("town", "other")
    ] == [1, 0]
    assert small.events("leave").count("add") == 4


@pytest.mark.parametrize(
    ("days", "key"),
    [
        ({"first": LAST, "last": FIRST}, "leave-order"),
        ({"first": date(2026, 9, 1), "last": date(2026, 9, 27)}, "leave-past"),
        ({"last": date(2027, 12, 1)}, "leave-long"),
        ({"reason": "长" * 61}, "reason-long"),
    ],
)
def test_a_leave_that_cannot_be(small, days, key):
    with pytest.raises(UserError, match=key):
        leave(small, **days)


def test_the_same_days_twice_are_told_so(small):
    leave(small)
    with pytest.raises(UserError, match="leave-there"):
        leave(small, first=LAST)
    leave(small, last=LAST + timedelta(days=1))


def test_nobody_is_put_on_a_shift_in_their_leave(small):
    small.publish(small.row(1))
    leave(small, "other", last=FIRST)
    with pytest.raises(UserError, match="duty-on-leave"):
        substitute(
            small.session,
            by=small.actor("office"),
            duty_id=small.duty("officer").id,
            person_id=small.other.id,
            reason="",
            now=NOW,
            policy=POLICY,
        )


def test_a_shift_that_ends_as_the_leave_begins_is_no_conflict(small):
    small.publish(small.row(1, hours=16))
    known = {"period": small.period, "post_ids": [small.post.id], "now": NOW, "policy": POLICY}
    leave(small, first=LAST)
    assert "roster-leave-head" not in [line["k"] for line in review_lines(small.session, **known)]
    small.publish(small.row(1, hours=17))
    lines = review_lines(small.session, **known)
    assert "冯超（10月2日（周五） 至 10月2日（周五） 请假）：彭店镇值班室" in "\n".join(
        WORDS.say(line, "zh-CN") for line in lines
    )


def test_an_uneven_roster_is_told_with_everyones_part(small):
    small.publish(
        small.row(1),
        small.row(2),
        small.row(3, leader="deputy", deputy="leader", officer="other"),
        now=NOW,
    )
    known = {"period": small.period, "post_ids": [small.post.id], "now": NOW, "policy": POLICY}
    assert "fair-head" not in [line["k"] for line in review_lines(small.session, **known)]
    small.period.ends_at = at(6, 0)
    small.publish(
        *(small.row(day) for day in (1, 2, 4, 5)),
        small.row(3, leader="deputy", deputy="leader", officer="other"),
    )
    said = "\n".join(WORDS.say(line, "zh-CN") for line in review_lines(small.session, **known))
    assert "各人班次（最多 4 班，最少 1 班）" in said
    assert "▪ 冯超：4 班（夜班 4，节假日 4）" in said


# In the chat


async def test_leave_by_chat_and_back(town: House) -> None:
    officer = town["officer"]
    await publish(town, row())
    await officer.says("请假")
    officer.sees("从哪一天开始")
    await officer.says("过几天", "3", "10-1", "9-30")
    officer.sees("没看懂日期“过几天”")
    officer.sees("没看懂日期“3”")
    officer.sees("最后一天不能早于第一天")
    await officer.taps("就这一天", "外出", "提交")
    officer.sees(
        "已登记请假", "冯超：10月1日（周四） 至 10月1日（周四）（外出）", "已经排了 1 班", "这些班还是您的"
    )
    town["town"].sees("请假报备", "冯超", "已经排了 1 班")
    town["office"].sees("请假报备")
    await officer.says("请假")
    officer.sees("已登记的请假")
    await officer.taps("销假：冯超")
    officer.sees("已销假")
    await officer.taps("销假：冯超")
    officer.sees("已经销了")


@on_one
async def test_the_office_records_it_for_someone_and_a_roster_says_so(town: House) -> None:
    office = town["office"]
    await office.says("请假")
    office.sees("谁请假")
    await office.says("吴刚", "10-1", "10-3", "跳过", "提交")
    office.sees("吴刚：10月1日（周四） 至 10月3日（周六）")
    town["leader"].sees("请假报备", "吴刚")
    await send_in(town, row())
    office.reads("与请假冲突 1 处", "吴刚（10月1日（周四） 至 10月3日（周六） 请假）：彭店镇值班室 带班领导")
    await town["grid_worker"].says("请假")
    town["grid_worker"].reads("没有这项权限")


@on_one
async def test_in_english(town: House) -> None:
    speak_english(town, "officer")
    await town["officer"].says("leave", "10-1", "10-3", "ill", "submit")
    town["officer"].reads("The leave is recorded", "冯超: Thu 1 Oct to Sat 3 Oct (ill)")
