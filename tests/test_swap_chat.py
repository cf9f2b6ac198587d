"""Swaps, substitutes and takeovers as chats: asked, agreed, approved, refused, withdrawn, recalled."""

from datetime import timedelta

from sqlmodel import select

from models.people import Account, Person
from models.swaps import SwapRequest
from tests.chat import PARTS, Town
from tests.duty_chats import HOUR, duties, on_one, publish, row, speak_english, until
from tests.handover_chats import ALONE, NO_OFFICER
from tests.hazard_chats import ON_THE_WEB, draft, replica

LEADS = {"leader": "郑丽", "leader_phone": "13800000011"}
FREE = {"date": "2026-10-04"}
SHIFT = "10月1日（周四）08:00"


async def roster(town: Town) -> None:
    """吴刚 and 冯超 on the 1st, 郑丽 on the 4th, 吴刚 on the 7th."""
    await publish(
        town,
        row(**ALONE),
        row(**ALONE | NO_OFFICER | LEADS | FREE),
        row(**ALONE | NO_OFFICER | {"date": "2026-10-07"}),
    )


def requests(town: Town) -> list[SwapRequest]:
    found: list[SwapRequest] = town.ask(lambda session: list(session.exec(select(SwapRequest))))
    return found


def join(town: Town, name: str, who: str) -> None:
    """Someone a roster brought gets a web chat."""

    def work(session) -> None:  # type: ignore[no-untyped-def]
        person = session.exec(select(Person).where(Person.name == name)).one()
        now = town.clock.now()
        session.add(
            Account(
                county=person.county,
                channel="web",
                address=who,
                person_id=person.id,
                joined_at=now,
                seen_at=now,
            )
        )

    town.house.db.run_now(work)


# The whole way, on every channel and database


async def test_a_shift_is_exchanged_for_another(town: Town) -> None:
    leader, other, office = town["leader"], town["deputy"], town["office"]
    await roster(town)
    await leader.says("值班")
    leader.sees("我的班")
    await leader.taps("调班/替班")
    leader.sees("哪一班要换")
    await leader.taps(SHIFT)
    leader.sees("想怎么换？换好以前，仍由您值班")
    await leader.taps("和一个人对调", "郑丽")
    leader.sees("找谁")
    leader.sees("和他哪一班对调")
    await leader.taps("10月4日")
    await leader.taps("公务冲突")
    leader.sees("什么原因")
    leader.sees("核对", SHIFT, "郑丽", "10月4日", "公务冲突")
    await leader.taps("提交")
    leader.sees("已经去问：郑丽", "仍由您值班")
    other.sees("吴刚 想和您对调一班", SHIFT, "10月4日（周日）08:00", "公务冲突")
    office.sees_nothing_else()
    await other.taps("我来值")
    other.sees("谢谢。等批准", "批准以前仍由 吴刚 值班")
    leader.sees("郑丽 愿意接，等批准", "仍由您值班")
    office.sees("请批准：吴刚 的班改由 郑丽 值")
    await office.taps("✅ 同意")
    office.sees("已同意，值班表已改")
    leader.sees("调班：您改值", "10月4日")
    other.sees("调班：您改值", SHIFT)
    town["officer"].sees("郑丽 改值", "吴刚 改值")
    await office.taps("✅ 同意")
    office.sees("已同意，值班表已改")
    assert duties(town)["郑丽 1"] == duties(town)["吴刚 4"] == "expected"
    for part in PARTS:
        town[part].looks()
    await until(town, 1, 7, 10)
    assert all(SHIFT not in each.text for each in leader.messages[leader.read :])  # they swapped out
    other.sees("值班提醒", SHIFT)
    await leader.says("值班")
    assert SHIFT not in leader.last.text.split("我的班")[1]


async def test_the_office_puts_someone_on_at_once(town: Town) -> None:
    leader, other, office = town["leader"], town["deputy"], town["office"]
    await publish(town, row(**ALONE), row(**ALONE | NO_OFFICER | LEADS | FREE))
    await until(town, 1, 8)
    await town["officer"].says("签到")
    await until(town, 1, 8, 20)
    office.reads("缺岗：彭店镇值班室 带班领导 吴刚")
    for part in PARTS:
        town[part].looks()
    await office.taps("换人顶班")
    office.sees("换谁上")
    await office.taps("郑丽", "没有到岗，联系不上")
    office.sees("什么原因")
    office.sees("马上生效", "换下：彭店镇值班室 带班领导 吴刚", "换上：郑丽")
    await office.says("提交")
    office.sees("已换人", "郑丽 13800000011")
    leader.sees("改由 郑丽 值", "没有到岗，联系不上")
    other.sees("请您马上到岗顶班（没有到岗，联系不上）")
    other.sees("由您值（原来是 吴刚）")
    town["officer"].sees("吴刚 换成 郑丽 13800000011")
    leader.sees_nothing_else()
    await town.passes(timedelta(minutes=10))  # the ladder begins again, for the new one
    other.reads("已过 10 分钟，您还没有签到")
    leader.sees_nothing_else()
    await other.taps("到岗签到")
    other.reads("已签到：彭店镇值班室 08:30")
    assert duties(town) == {
        "吴刚 1": "removed",
        "冯超 1": "checked_in",
        "郑丽 4": "expected",
        "郑丽 1": "checked_in",
    }


# Answers


@on_one
async def test_the_first_who_agrees_has_it_and_the_others_are_thanked(town: Town) -> None:
    await publish(
        town,
        row(**ALONE),
        row(
            **ALONE
            | {"date": "2026-10-06", "officer": "马超、田宇", "officer_phone": "13900000001、13900000002"}
        ),
    )
    join(town, "马超", "ma")
    join(town, "田宇", "tian")
    officer, ma, tian = town["officer"], town["ma"], town["tian"]
    await officer.says("替班", "问所有合适的人", "跳过")
    officer.reads("核对", "问所有合适的人")
    await officer.says("提交")
    officer.reads("已经去问：田宇、马超")
    for who in (ma, tian):
        who.sees("冯超 请您替一班", "谁先点“我来值”就是谁")
    await tian.taps("我来值")
    ma.sees("谢谢，田宇 已经接下 冯超 的班，您不用管了")
    await ma.taps("我来值")
    ma.sees("谢谢您，田宇 已经先接下了")
    await ma.taps("来不了")
    ma.sees("田宇 已经先接下了")
    assert requests(town)[0].state == "taken"
    town["leader"].reads("请批准：冯超 的班改由 田宇 值")  # the leader of the shift is asked first
    town["office"].sees_nothing_else()
    await town["leader"].taps("✅ 同意")
    tian.reads("由您值（原来是 冯超）")
    town["office"].reads("冯超 换成 田宇")
    assert duties(town)["田宇 1"] == "expected"


@on_one
async def test_declined_it_stays_with_whoever_asked_who_may_ask_everyone(town: Town) -> None:
    await roster(town)
    leader, other = town["leader"], town["deputy"]
    await leader.says("调班", "1", "请一个人替我值", "郑丽", "跳过", "提交")
    await other.taps("来不了")
    other.reads("已记下您来不了")
    leader.reads("郑丽 来不了", "这一班仍由您值")
    await leader.taps("📣 问所有合适的人")
    leader.reads("现在没有合适的人可以问")  # there is only 郑丽
    await other.taps("我来值")  # and she may still change her mind
    leader.reads("郑丽 愿意接")
    await other.taps("来不了")
    leader.reads("郑丽 原来说能接，现在来不了")
    assert requests(town)[0].state == "open"


@on_one
async def test_refused_with_a_reason_both_are_told(town: Town) -> None:
    await roster(town)
    leader, other, office = town["leader"], town["deputy"], town["office"]
    await leader.says("调班", "1", "请一个人替我值", "郑丽", "跳过", "提交")
    await other.taps("我来值")
    await office.taps("✖ 不同意")
    office.reads("为什么不同意")
    await office.sends_photo()
    office.reads("这一步用不上")
    await office.says("那天要开会")
    office.reads("已记下不同意")
    leader.reads("调班没有批准（李静）：那天要开会", "这一班仍由您值")
    other.reads("吴刚 的这一班不用您接了")
    await office.taps("✅ 同意")
    office.reads("这次调班已经办完了")
    assert duties(town)["吴刚 1"] == "expected"
    await leader.says("调班", "1", "请一个人替我值", "郑丽", "跳过", "提交")
    assert [each.state for each in requests(town)] == ["refused", "open"]


@on_one
async def test_withdrawn_and_asked_once_more(town: Town) -> None:
    await roster(town)
    leader, other = town["leader"], town["deputy"]
    await leader.says("调班", "1", "请一个人替我值", "郑丽", "跳过", "提交")
    await leader.says("调班")
    leader.reads("您的调班：还没有人接", SHIFT)
    await leader.says("取消")
    await other.says("调班")
    other.reads("等您回答：吴刚 请您接一班")
    await leader.taps("撤回", "撤回")
    leader.reads("已撤回", "这一班仍由您值")
    other.reads("吴刚 的这一班不用您接了")
    await other.taps("我来值")
    other.reads("吴刚 的调班已经结束，不用管了")
    assert requests(town)[0].state == "withdrawn"


# The form


@on_one
async def test_mistakes_in_the_form_are_said(town: Town) -> None:
    await roster(town)
    leader = town["leader"]
    await leader.says("调班", "随便")
    leader.reads("请点一个选项")
    await leader.says("1", "3")
    await leader.says("返回", "2")
    leader.reads("找谁")
    await leader.says("张三")
    leader.reads("没有叫“张三”又能接这一班的人")
    await leader.says("郑", "1")
    await leader.says("长" * 101)
    leader.reads("太长了：最多 100 字")
    first = draft(town, "leader").id
    await leader.says("值班")
    await leader.says("继续")
    assert draft(town, "leader").id == first
    await leader.says("家里有事", "提交")
    assert (requests(town)[0].kind, requests(town)[0].reason) == ("swap", "家里有事")


@on_one
async def test_who_has_no_coming_shift_is_told(town: Town) -> None:
    await town["leader"].says("调班")
    town["leader"].reads("近期没有可以调的班")
    await town["grid_worker"].says("换班")
    town["grid_worker"].reads("近期没有可以调的班")


@on_one
async def test_others_cannot_answer_or_decide(town: Town) -> None:
    await roster(town)
    leader, other = town["leader"], town["deputy"]
    await leader.says("调班", "1", "请一个人替我值", "郑丽", "跳过", "提交")
    key = next(data for each in other.messages for _, data in each.buttons if "swapyes" in data).split(":")[2]
    taps = {
        "grid_worker": {
            "swapyes": "没有问您",
            "swapno": "没有问您",
            "swapoff": "不是您的",
            "swapok": "没有这项权限",
        },
        "officer": {
            "swapyes": "没有问您",
            "swapall": "不是您的",
            "swapok": "没有这项权限",
            "swapbad": "没有这项权限",
        },
        "deputy": {"swapoff": "不是您的", "swapok": "没有这项权限"},
        "office": {"swapyes": "没有问您", "swapok": "还没有人接这一班"},
    }
    for who, verbs in taps.items():
        for verb, said in verbs.items():
            town[who].looks()
            await town.wire.receive(who, kind="tap", data=f"a:{verb}:{key}", tap_id="t")
            await town.settle()
            town[who].sees(said)
    for forged in (
        "swapyes",
        "swapyes:1",
        "swapok:!",
        "swap:1",
        "swap:!",
        "takeover:1",
        "timeline:1",
        "timeline:!",
    ):
        await town.wire.receive("office", kind="tap", data=f"a:{forged}", tap_id="t")
    await town.settle()
    await town["grid_worker"].says("换人顶班")
    town["grid_worker"].reads("没有这项权限")
    assert requests(town)[0].state == "open"


# Recalled, restarted, in English


@ON_THE_WEB
async def test_it_is_recalled_until_settled_and_other_processes_go_on(town: Town) -> None:
    await roster(town)
    leader, other = town["leader"], town["deputy"]
    await leader.says("调班", "1", "请一个人替我值", "郑丽", "跳过", "提交")
    for part in PARTS:
        town[part].looks()
    await town.passes(23 * HOUR + timedelta(minutes=10))  # to Tuesday 08:10: two days before the shift
    second = replica(town)
    await until(second, 30, 8, 10, month=9)
    other.reads("吴刚 请您替一班")
    leader.reads("还有 24 小时，调班还没有人接", "这一班仍由您值")
    third = replica(second)
    await third["deputy"].taps("我来值")
    await until(third, 30, 20, 10, month=9)
    leader.reads("还有 12 小时，郑丽 愿意接，但还没有批准", "这一班仍由您值")
    town["office"].reads("请批准：吴刚 的班改由 郑丽 值")
    fourth = replica(third)
    await until(fourth, 1, 5, 10)
    leader.reads("还有 3 小时")
    await until(fourth, 1, 8, 10)
    leader.reads("时间到了，调班没有办成", "这一班仍由您值")
    other.reads("吴刚 的这一班不用您接了")
    leader.reads("值班时间到了")
    recalled = [each.text for each in leader.messages if "小时" in each.text]
    assert len(recalled) == 3
    await fourth["office"].taps("✅ 同意")
    fourth["office"].reads("这次调班已经办完了")
    assert requests(town)[0].state == "expired"


@on_one
async def test_the_history_of_a_shift_by_tap(town: Town) -> None:
    await roster(town)
    leader, other, office = town["leader"], town["deputy"], town["office"]
    await leader.says("调班", "1", "请一个人替我值", "郑丽", "公务冲突", "提交")
    await other.taps("我来值")
    await office.taps("✅ 同意")
    await until(town, 1, 8)
    await other.says("签到")
    await other.says("值班")
    await other.taps("班次记录", SHIFT)
    other.reads(
        "李静 排班：",
        "吴刚 想调班，问了 郑丽（公务冲突）",
        "郑丽 愿意接",
        "李静 同意调班",
        "李静 换人",
        "下：带班领导 吴刚",
        "上：带班领导 郑丽",
        "提醒 郑丽",
        "郑丽 到岗签到",
    )
    await leader.says("班次记录")
    await leader.taps("10月7日")
    leader.reads("李静 排班：吴刚")
    await town["office"].says("班次记录")
    await town["office"].taps("10月1日")
    town["office"].reads("郑丽 到岗签到")
    data = next(data for each in other.messages for _, data in each.buttons if "timeline:" in data)
    for who in ("grid_worker", "other_town"):
        await town.wire.receive(who, kind="tap", data=data, tap_id="t")
        await town.settle()
        town[who].reads("没有这项权限")


@on_one
async def test_a_swap_in_english(town: Town) -> None:
    await roster(town)
    speak_english(town, "leader", "deputy", "office")
    leader, other, office = town["leader"], town["deputy"], town["office"]
    await leader.says("swap", "1", "Someone takes it for me", "郑丽", "Family matters", "submit")
    leader.reads("Asked: 郑丽", "the shift is yours")
    other.reads("吴刚 asks you to take a shift", "Reason: Family matters")
    await other.taps("I take it")
    office.reads("Please approve: the shift of 吴刚 goes to 郑丽")
    await office.taps("✅ Approve")
    other.reads("is yours now")
    await other.says("shift history")
    await other.taps("Thu 1 Oct")
    other.reads("吴刚 asked for a swap: 郑丽 (Family matters)", "swap approved by 李静")
