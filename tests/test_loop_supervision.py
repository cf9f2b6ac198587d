"""挂牌督办 and 停产 by chat: listed, suspended, resumed, delisted, and closed only then; the signed notice."""

from datetime import timedelta

from sqlmodel import select

from models.supervision import NoticeDraft
from tests.chat import Town
from tests.hazard_chats import ON_SQLITE, ON_THE_WEB
from tests.loop_chats import ON_BOTH_CHANNELS, assigned, fixed, plan, state


@ON_BOTH_CHANNELS
async def test_listed_and_suspended_it_is_closed_only_after_both_have_ended(town: Town) -> None:
    office, colleague, keeper = town["office"], town["colleague"], town["keeper"]
    await assigned(town, major=True)
    await plan(town)
    await office.taps("更多…", "挂牌督办…")
    office.sees("哪一级挂牌督办")
    await office.taps("县级", "人员密集")
    office.sees("已挂牌督办")
    keeper.sees("2026-0001 已挂牌督办，请在", "人员密集，风险大")
    town["grid_worker"].sees("已挂牌督办")
    await office.taps("更多…", "停产…")
    await office.says("县应急局现场决定")
    keeper.sees("已停产，批准前不得恢复生产", "县应急局现场决定")
    await fixed(town)
    await colleague.taps("更多…")
    assert all("复产" not in label for label, _ in colleague.last.buttons)  # not before the re-check
    await office.taps("复查合格")
    await colleague.taps("销号")
    colleague.sees("还在挂牌督办，摘牌后才能销号")
    await office.taps("摘牌")
    keeper.sees("已摘牌")
    await colleague.taps("销号")
    colleague.sees("还在停产，批准复产后才能办结")
    await town["department"].taps("批准复产")
    keeper.sees("已批准复产")
    await colleague.taps("销号")
    colleague.sees("已销号")
    assert state(town) == "closed"


@ON_THE_WEB
@ON_SQLITE
async def test_a_general_one_is_not_listed_and_the_same_level_not_twice(town: Town) -> None:
    office = town["office"]
    await assigned(town)
    await office.taps("更多…")
    assert all("挂牌" not in label for label, _ in office.last.buttons)
    await office.taps("改为重大…", "GAS-9-1", "专家认定", "提交")
    await office.taps("更多…", "挂牌督办…", "县级", "久拖不改")
    await office.taps("更多…", "挂牌督办…", "县级", "久拖不改")
    office.sees("已经是这一级挂牌督办")
    await office.says("取消")
    await office.taps("更多…", "挂牌督办…", "市级", "久拖不改")
    office.sees("已挂牌督办")


@ON_BOTH_CHANNELS
async def test_long_overdue_a_supervision_notice_is_drafted_and_signed(town: Town) -> None:
    office, head = town["office"], town["head"]
    await assigned(town, days="明天")
    await town.passes(timedelta(days=6), step=timedelta(hours=3))
    office.sees("逾期未改，督办通知稿已备好，请审签")
    await office.taps("看督办通知稿")
    office.sees("督办通知（稿）：2026-0001", "老城烧烤店", "已逾期 3 天", "责任人：韩勇 13800000016")
    await office.taps("已签发")
    office.sees("已登记为签发")
    await office.taps("不发")
    office.sees("已经处理过了")
    drafts = town.ask(lambda session: session.exec(select(NoticeDraft)).all())
    assert [draft.state for draft in drafts] == ["signed"]
    await office.taps("查看")
    office.sees("草拟督办通知", "签发督办通知")
    assert all("通知稿" not in message.text for message in head.messages)
