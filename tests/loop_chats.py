"""Short ways through the loop by chat, for stories that are about what comes after."""

import pytest

from models.hazards import Hazard
from tests.chat import Town
from tests.hazard_chats import hazards

# The stories run on both kinds of channel; the operations beneath are tried on both databases elsewhere.
ON_BOTH_CHANNELS = pytest.mark.parametrize(
    ("channel_name", "engine_name"), [("web", "sqlite"), ("telegram-webhook", "postgresql")], indirect=True
)


async def reported(
    town: Town, *, major: bool = False, fixed: bool = False, who: str = "grid_worker"
) -> Hazard:
    """A gas hazard at the barbecue shop; `fixed` on the spot, with a photo."""
    worker = town[who]
    await worker.says("上报")
    await worker.taps("彭店镇")
    await worker.says("刘拐村东头")
    await worker.taps("老城烧烤店")
    if "是同一处吗" in worker.last.text:
        await worker.taps("不是同一处，继续上报")
    await worker.taps("爆炸")
    await worker.says("液化气罐和明火在一个屋")
    await worker.sends_photo()
    await worker.taps("发完了")
    await worker.shares_place()
    if "是同一处吗" in worker.last.text:
        await worker.taps("不是同一处，继续上报")
    await worker.taps("已当场整改" if fixed else "没有")
    if fixed:
        await worker.sends_photo("green")
        await worker.taps("发完了")
    await worker.taps("可能是重大隐患" if major else "一般")
    await worker.taps("提交")
    return hazards(town)[-1]


async def graded(town: Town) -> Hazard:
    """A major hazard, graded by the office and its alarm answered."""
    await reported(town, major=True)
    await town["office"].taps("属实·重大…", "GAS-9-1", "现场核实", "提交")
    return hazards(town)[-1]


async def assigned(town: Town, *, major: bool = False, days: str = "7 天内") -> Hazard:
    """The keeper has it to do."""
    if major:
        await graded(town)
    else:
        await reported(town)
        await town["office"].taps("属实·一般")
    await town["office"].taps("交办", "老城烧烤店", "韩勇", days, "提交")
    return hazards(town)[-1]


async def plan(town: Town) -> None:
    """The keeper settles the five; with them the work begins."""
    keeper = town["keeper"]
    await keeper.taps("填五落实…")
    await keeper.says("气瓶搬到室外，加装报警器", "3000")
    await keeper.taps("专人看守", "提交")


async def fixed(town: Town, who: str = "keeper", color: str = "green") -> None:
    """Whoever has it to do reports it done."""
    owner = town[who]
    await owner.taps("整改完成")
    await owner.sends_photo(color)
    await owner.taps("发完了", "跳过")


async def closed(town: Town, *, major: bool = False) -> Hazard:
    """The whole way to the closing: the office re-checks, the colleague closes."""
    await assigned(town, major=major)
    if major:
        await plan(town)
    await fixed(town)
    await town["office"].taps("复查合格")
    await town["colleague"].taps("销号")
    return hazards(town)[-1]


def state(town: Town) -> str:
    """Where the newest hazard stands."""
    return hazards(town)[-1].state
