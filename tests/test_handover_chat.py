"""The handover as a chat: filled in, asked back, confirmed; nobody is off until relieved."""

from datetime import timedelta

from models.handovers import DONE, FILLED, QUERIED, RELEASED
from tests.chat import PARTS, Town
from tests.duty_chats import HOUR, MINUTE, change_post, duties, on_one, publish, row, speak_english, until
from tests.handover_chats import (
    ALONE,
    NO_OFFICER,
    SECOND,
    begin,
    fill_in,
    handovers,
    shifts,
    two_shifts,
)
from tests.hazard_chats import ON_THE_WEB, draft, replica

# The whole way, on every channel and database


async def test_from_the_log_to_relieved(town: Town) -> None:
    officer, leader, new, office = town["officer"], town["leader"], town["deputy"], town["office"]
    await two_shifts(town)
    await officer.says("记事 县应急局来电，今晚大风", "来电", "记事 加强巡查", "领导批示")
    officer.sees("已记入", "加强巡查")
    await until(town, 2, 7, 40)
    officer.sees("10月2日（周五）08:00 交班", "接班人确认以前，请不要离岗")
    leader.sees_nothing_else()
    await officer.taps("填写交接班")
    officer.sees("已按值班日志", "有什么没办完")
    await officer.says("李庄路口护栏没修好，等交通局")
    officer.sees("有突发情况吗")
    await officer.taps("其余都无")
    officer.sees(
        "核对", "1. 未办结事项：李庄路口护栏没修好", "2. 来电来文：08:00 县应急局来电", "4. 突发情况：无"
    )
    await officer.taps("提交")
    officer.sees("已交出", "确认以前，请不要离岗", "郑丽 13800000011")
    new.sees("值班提醒")
    new.sees("值班提醒")
    new.sees("交班人 冯超", "李庄路口护栏没修好", "领导批示：08:00 加强巡查", "设备：无")
    await new.taps("有疑问")
    new.sees("请写下您的疑问")
    await new.says("护栏谁在看着？")
    new.sees("已发给交班人")
    officer.sees("接班人 郑丽 问：护栏谁在看着？")
    await officer.taps("补充后再交", "✏️ 1")
    await officer.says("李庄路口护栏没修好，交警在看着", "提交")
    new.sees("交警在看着", "县应急局来电")
    await until(town, 2, 8)
    officer.reads("到交班时间了，接班人还没有确认。确认以前，请不要离岗。")
    for part in PARTS:
        town[part].looks()
    await town.passes(3 * MINUTE, step=MINUTE)
    await new.taps("接班")
    new.sees("已接班：彭店镇值班室 08:03")
    for who in (officer, leader):
        who.sees("您已交班", "08:03 由 郑丽 接班", "可以离岗")
    await new.taps("接班")
    new.sees("已接班：彭店镇值班室 08:03")
    await town.passes(HOUR)
    for who in (officer, leader, new, office):
        who.sees_nothing_else()
    assert duties(town) == {"吴刚 1": "checked_in", "冯超 1": "checked_in", "郑丽 2": "checked_in"}
    assert [each.state for each in handovers(town)] == [DONE]
    first, second = shifts(town)
    assert first.relieved_at == second.taken_at == handovers(town)[0].done_at


async def test_late_relief_nudges_both_and_alarms_the_office_with_both_numbers(town: Town) -> None:
    officer, new, office = town["officer"], town["deputy"], town["office"]
    await two_shifts(town)
    await until(town, 2, 7, 40)
    await fill_in(town)
    await until(town, 2, 8)
    for part in PARTS:
        town[part].looks()
    await town.passes(10 * MINUTE)
    officer.sees("已过交班时间 10 分钟", "不要离岗", "郑丽 13800000011 还没签到")
    new.sees("您还没有签到")
    new.sees("上一班还在岗上等您接班", "吴刚 13800000010", "冯超 13800000012")
    office.sees_nothing_else()
    await town.passes(10 * MINUTE)
    office.sees("缺岗")
    office.sees(
        *("告警", "未按时交接班：彭店镇值班室，应 10月2日（周五）08:00 交接，到 08:20 还没有办完"),
        *("冯超 13800000012", "郑丽 13800000011", "收到"),
    )
    officer.sees("已过交班时间 20 分钟", "已经报告县安委办")
    await office.says("收到")
    await officer.says("值班")
    officer.sees("彭店镇值班室", "冯超 13800000012 ⏳ 等接班", "我的班", "⏳ 等接班")
    await new.taps("接班")
    office.reads("08:20 郑丽 已接班")
    officer.sees("您已交班", "08:20")
    await officer.says("值班")
    assert "冯超" not in officer.last.text


# Whose turn it is


@on_one
async def test_the_relief_is_there_before_it_is_filled_in(town: Town) -> None:
    await two_shifts(town)
    officer, new = town["officer"], town["deputy"]
    await until(town, 2, 7, 50)
    new.looks()
    officer.looks()
    await new.says("签到")
    new.sees("已签到", "上一班还没有填交接班", "冯超 13800000012")
    officer.sees("接班的到了", "郑丽 13800000011")
    await fill_in(town)
    new.sees("交班人 冯超")
    await new.says("接班")
    new.sees("交班人 冯超", "看清楚了请点“接班”")
    await new.taps("接班")
    new.sees("已接班：彭店镇值班室 07:50")
    officer.reads("您已交班")
    await new.says("值班")  # the watch is theirs, ten minutes before their hours begin
    seen = new.sees("彭店镇现在值班", "郑丽")
    assert "冯超" not in seen.text


@on_one
async def test_what_happened_on_the_shift_is_filled_in(town: Town) -> None:
    await two_shifts(town)
    officer = town["officer"]
    await officer.says("记事 镇西厂房冒烟，已到场", "突发情况")
    await town["grid_worker"].says("突发", "火灾", "彭店镇", "没有", "提交")
    await until(town, 2, 7, 40)
    await officer.taps("填写交接班", "其余都无")
    officer.sees(
        "核对", "突发情况：08:00 【TF2026-001】火灾 · 一般 · 处置中，彭店镇", "08:00 镇西厂房冒烟，已到场"
    )


@on_one
async def test_checking_in_shows_what_is_handed_over(town: Town) -> None:
    await two_shifts(town)
    await until(town, 2, 7, 40)
    await fill_in(town)
    new = town["deputy"]
    new.looks()
    await new.says("签到")
    new.sees("已签到：彭店镇值班室 07:40", "上一班交给您的", "未办结事项：无", "看清楚了请点“接班”")
    await new.taps("接班")
    new.sees("已接班")


@on_one
async def test_a_post_that_asks_for_a_photo_checks_in_first(town: Town) -> None:
    await two_shifts(town)
    change_post(town, needs_photo=True)
    await until(town, 2, 7, 40)
    await fill_in(town)
    new = town["deputy"]
    await new.taps("接班")
    new.reads("接班前要先签到", "请拍一张现场照片")
    assert handovers(town)[0].state == FILLED
    await new.sends_photo()
    new.reads("已签到：彭店镇值班室 07:40", "上一班交给您的")
    await new.taps("接班")
    new.reads("已接班：彭店镇值班室 07:40")


@on_one
async def test_only_the_next_shift_takes_over(town: Town) -> None:
    await two_shifts(town)
    await until(town, 2, 7, 40)
    await fill_in(town)
    new = town["deputy"]
    data = next(data for each in new.messages for label, data in each.buttons if label == "✅ 接班")
    for who in ("officer", "leader", "office", "grid_worker"):
        town[who].looks()
        await town.wire.receive(who, kind="tap", data=data, tap_id="t")
        await town.settle()
    town["officer"].reads("只有下一班的人可以接班")
    town["leader"].reads("只有下一班的人可以接班")
    town["office"].reads("只有下一班的人可以接班")
    town["grid_worker"].reads("没有这项权限")
    for forged in ("a:takeon", "a:takeon:1:1", "a:takeon:!:x", "a:askback:1", "a:release:1", "a:handover:1"):
        await town.wire.receive("deputy", kind="tap", data=forged, tap_id="t")
    await town.settle()
    assert handovers(town)[0].state == FILLED


@on_one
async def test_what_was_changed_is_shown_before_it_is_confirmed(town: Town) -> None:
    await two_shifts(town)
    await until(town, 2, 7, 40)
    await fill_in(town)
    new, leader = town["deputy"], town["leader"]
    old = next(data for each in new.messages for label, data in each.buttons if label == "✅ 接班")
    handover = handovers(town)[0]
    await leader.says("交接班")
    leader.reads("交班人 冯超", "等接班人确认")
    await town.wire.receive(
        "officer", kind="tap", data=old.replace("takeon", "handover").rsplit(":", 1)[0], tap_id="t"
    )
    await town["officer"].says("1", "电话不通", "提交")
    await town.wire.receive("deputy", kind="tap", data=old, tap_id="t")
    await town.settle()
    new.reads("交班人刚刚改过内容")
    assert new.last.text.count("电话不通") == 1
    assert (handover.version, handovers(town)[0].version, handovers(town)[0].state) == (1, 2, FILLED)
    await new.taps("接班")
    assert handovers(town)[0].state == DONE


@on_one
async def test_the_form_is_taken_up_again(town: Town) -> None:
    """Stopped half-way, another form between, the button pressed again: the same draft goes on."""
    await two_shifts(town)
    await until(town, 2, 7, 40)
    officer = town["officer"]
    await officer.taps("填写交接班")
    await officer.says("护栏没修好")
    first = draft(town, "officer").id
    await officer.says("记事 交通局来电", "来电")
    officer.looks()
    await officer.taps("填写交接班")
    officer.sees("来电、来文有要交接的吗")
    assert draft(town, "officer").id == first
    await officer.says("没有", "其余都无", "提交")
    officer.reads("已交出")
    town["deputy"].reads("未办结事项：护栏没修好", "来电来文：无")


@on_one
async def test_open_matters_go_on_to_the_next_handover(town: Town) -> None:
    await publish(
        town, row(**ALONE), row(**ALONE | NO_OFFICER | SECOND), row(**ALONE | {"date": "2026-10-03"})
    )
    await begin(town)
    await until(town, 2, 7, 40)
    await town["officer"].taps("填写交接班")
    await town["officer"].says("护栏没修好", "其余都无", "提交")
    await until(town, 2, 8)
    await town["deputy"].taps("接班")
    await until(town, 3, 7, 40)
    await town["deputy"].taps("填写交接班", "其余都无")
    town["deputy"].reads("1. 未办结事项：护栏没修好", "2. 来电来文：无")


@on_one
async def test_a_question_loses_nothing(town: Town) -> None:
    await two_shifts(town)
    await until(town, 2, 7, 40)
    await fill_in(town)
    new = town["deputy"]
    await new.taps("有疑问")
    await new.sends_photo()
    await new.says("钥匙呢？" * 60)
    new.reads("太长")
    await new.says("取消", "交接班")
    new.reads("交班人 冯超")
    await new.taps("有疑问")
    await new.says("钥匙呢？")
    assert (handovers(town)[0].state, handovers(town)[0].items["gear"]) == (QUERIED, "")
    await new.says("接班")
    new.reads("还没有填好交接班，填好后会马上发给您")
    await new.taps("接班")
    new.reads("交班人还没有填好")
    await town["officer"].says("交接班")
    town["officer"].reads("接班人问：钥匙呢？", "请核对要交接的内容")
    await town["officer"].says("5", "钥匙在门卫", "提交")
    await new.taps("接班")
    town["officer"].reads("您已交班")


# The last shift


@on_one
async def test_the_last_shift_of_a_period_goes_when_it_is_filled_in(town: Town) -> None:
    await publish(town, row(**ALONE | {"date": "2026-10-07"}))
    await until(town, 7, 8)
    await town["officer"].says("签到")
    officer, office = town["officer"], town["office"]
    await until(town, 8, 7, 40)
    officer.reads("值班结束：彭店镇值班室。后面没有接班的")
    office.looks()
    await fill_in(town)
    officer.reads("后就可以离岗")
    assert handovers(town)[0].state == FILLED
    await until(town, 8, 8)
    officer.reads("值班结束，交接班已填好。", "08:00 起您可以离岗了")
    assert handovers(town)[0].state == RELEASED
    assert not any("离岗" in each.text for each in office.messages)


@on_one
async def test_before_a_gap_the_office_lets_them_go(town: Town) -> None:
    await publish(town, row(**ALONE))
    await begin(town)
    await until(town, 2, 7, 40)
    office, officer = town["office"], town["officer"]
    await fill_in(town)
    office.sees("值班结束，后面没有人接班。同意他们离岗吗", "冯超 13800000012", "设备：无")
    await office.taps("同意离岗")
    office.sees("还没到下班时间")
    await until(town, 2, 8, 5)
    officer.reads("后面没有人接班。请等安委办同意后再离岗。")
    for who in ("grid_worker", "officer"):  # neither a stranger nor whoever filled it in
        data = next(data for each in office.messages for label, data in each.buttons if "同意离岗" in label)
        await town.wire.receive(who, kind="tap", data=data, tap_id="t")
        await town.settle()
        town[who].reads("没有这项权限")
    await office.taps("同意离岗", "同意离岗")
    office.reads("已同意离岗：08:05")
    officer.reads("08:05 经 李静 同意，您可以离岗了")
    assert handovers(town)[0].state == RELEASED


@on_one
async def test_without_anybody_in_there_is_nothing_to_hand_over(town: Town) -> None:
    await publish(town, row(**ALONE), row(**ALONE | NO_OFFICER | SECOND))
    await until(town, 2, 8)
    await town["deputy"].says("签到")
    assert "上一班" not in town["deputy"].last.text
    assert [each.state for each in handovers(town)] == ["unmanned"]


# Restarts, English


@ON_THE_WEB
async def test_another_process_goes_on_in_the_middle(town: Town) -> None:
    """The form, the ladder and the confirmation, each in another process than the last."""
    await two_shifts(town)
    await until(town, 2, 7, 40)
    await town["officer"].taps("填写交接班")
    await town["officer"].says("护栏没修好")
    second = replica(town)
    await second["officer"].says("其余都无", "提交")
    second["officer"].reads("已交出")
    third = replica(second)
    await until(third, 2, 8, 20)
    office = third["office"]
    office.reads("未按时交接班", "郑丽 13800000011")
    fourth = replica(third)
    await fourth["deputy"].taps("接班")
    fourth["deputy"].reads("已接班：彭店镇值班室 08:20")
    told = [each.text for each in fourth["officer"].messages if "不要离岗" in each.text]
    assert len(told) == 5  # asked, handed over, at the end, after ten minutes, after twenty: each once


@on_one
async def test_an_hour_of_downtime_is_made_good_once(town: Town) -> None:
    await two_shifts(town)
    await until(town, 2, 7, 30)
    for part in PARTS:
        town[part].looks()
    town.clock.forward(timedelta(minutes=95))
    await town.house.tick()
    await town.settle()
    officer, office = town["officer"], town["office"]
    officer.sees("已过交班时间 1 小时 5 分钟", "您还没有填交接班", "已经报告县安委办")
    officer.sees_nothing_else()
    assert sum("未按时交接班" in each.text for each in office.messages) == 1
    await fill_in(town)
    await town["deputy"].taps("接班")
    officer.reads("您已交班", "09:05")


@on_one
async def test_a_handover_in_english(town: Town) -> None:
    await two_shifts(town)
    speak_english(town, "officer", "deputy", "office")
    officer, new = town["officer"], town["deputy"]
    await until(town, 2, 7, 40)
    await officer.taps("Fill in the handover")
    await officer.says("the barrier is broken", "none of the rest either", "submit")
    officer.reads("Handed over.", "Do not leave before.")
    new.reads("Handover of 彭店镇值班室 by 冯超", "Open matters: the barrier is broken", "Equipment: none")
    await until(town, 2, 8, 20)
    town["office"].reads(
        "Handover overdue: 彭店镇值班室, due Fri 2 Oct 08:00, not done at 08:20", "13800000012", "13800000011"
    )
    await new.taps("Take over")
    new.reads("You have taken over 彭店镇值班室 at 08:20")
    officer.reads("You are relieved at 彭店镇值班室", "郑丽 has taken over")
