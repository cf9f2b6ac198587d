"""回头看 by chat: the day comes, someone looks again; and the reporter is asked whether it is really fixed."""

from datetime import timedelta

from tests.chat import Town
from tests.hazard_chats import ON_SQLITE, ON_THE_WEB, hazards
from tests.loop_chats import ON_BOTH_CHANNELS, closed, state

HOURS = timedelta(hours=12)


async def days_later(town: Town, days: int) -> None:
    """Let days go by, coarsely."""
    await town.passes(timedelta(days=days), step=HOURS)


@ON_BOTH_CHANNELS
async def test_a_major_one_is_looked_at_again_after_a_month_and_done(town: Town) -> None:
    office, worker = town["office"], town["grid_worker"]
    await closed(town, major=True)
    await days_later(town, 31)
    office.sees("请回头看 2026-0001", "看问题有没有反弹，拍照")
    worker.sees("正在回头看")
    assert state(town) == "lookback"
    await office.taps("回头看合格…")
    office.sees("请发回头看的现场照片")
    await office.sends_photo("blue")
    await office.taps("发完了", "跳过")
    office.sees("回头看合格，已完结")
    worker.sees("回头看合格，已完结。谢谢您")
    assert state(town) == "done"


@ON_BOTH_CHANNELS
async def test_it_has_come_back_and_stands_on_the_ledger_again(town: Town) -> None:
    office, worker = town["office"], town["grid_worker"]
    await closed(town, major=True)
    await days_later(town, 31)
    await office.taps("反弹，重新立账…", "同样的隐患又出现了")
    await office.sends_photo("red")
    await office.taps("发完了")
    office.sees("已重新立账，请重新交办")
    worker.sees("问题又出现了，已重新立账：同样的隐患又出现了")
    hazard = hazards(town)[-1]
    assert (hazard.state, hazard.reopened, hazard.level, hazard.due_at) == ("verified", 1, "major", None)
    await office.taps("交办", "老城烧烤店", "韩勇", "3 天内", "提交")
    town["keeper"].sees("反弹 1 次", "五落实还缺：措施")


@ON_BOTH_CHANNELS
async def test_the_reporter_says_that_it_is_fixed(town: Town) -> None:
    worker = town["grid_worker"]
    await closed(town)
    await days_later(town, 27)
    assert all("真的整改好了吗" not in message.text for message in worker.messages)
    await days_later(town, 2)
    worker.sees("您上报的 2026-0001", "真的整改好了吗")
    await worker.taps("整改好了")
    worker.sees("谢谢您的确认")
    version = hazards(town)[-1].row_version
    await worker.taps("整改好了")
    assert hazards(town)[-1].row_version == version


@ON_BOTH_CHANNELS
async def test_the_reporters_no_sends_somebody_to_look(town: Town) -> None:
    office, worker = town["office"], town["grid_worker"]
    await closed(town)
    await days_later(town, 29)
    await worker.taps("没有整改好…", "整改过，又出现了")
    worker.sees("谢谢您", "会有人再去看")
    office.sees("上报人反映 2026-0001 没有整改好")
    town["town"].sees("上报人反映 2026-0001 没有整改好")
    assert state(town) == "lookback"
    await town["town"].taps("回头看合格…")
    await town["town"].sends_photo("blue")
    await town["town"].taps("发完了", "跳过")
    worker.sees("回头看合格，已完结")
    assert state(town) == "done"


@ON_THE_WEB
@ON_SQLITE
async def test_a_no_during_the_look_back_is_kept_and_told_and_the_same_no_once(town: Town) -> None:
    office, worker = town["office"], town["grid_worker"]
    await closed(town, major=True)
    await days_later(town, 31)
    assert state(town) == "lookback"
    office.looks()
    await worker.taps("没有整改好…")
    await worker.says("昨晚气瓶又搬回屋里了")
    office.sees("上报人反映 2026-0001 没有整改好")
    version = hazards(town)[-1].row_version
    await worker.taps("没有整改好…")
    await worker.says("真的")
    assert hazards(town)[-1].row_version == version
    await office.taps("查看")
    office.sees("上报人反映未整改", "昨晚气瓶又搬回屋里了")
