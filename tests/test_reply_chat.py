"""Reply links as a chat: who is given one, what is forwarded, taken back, and what the office sees of an answer."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import aiohttp
from fastapi import FastAPI
from sqlmodel import Session, col, update

from bot.web.reply_page import ReplyPages
from bot.web.server import serving
from models.base import Grant, short
from models.hazards import Hazard
from models.people import TOWN_OFFICER, Account, Person, role_of
from tests.chat import Town
from tests.hazard_chats import ON_SQLITE, ON_THE_WEB, hazards, report
from tests.reply_pages import GREEN, POLICY, Phone, tokens

SOON = timedelta(minutes=10)
FORWARDED = re.compile(r"https://duty\.example\.gov\.cn/r/[\w-]{22}$")


def reached(town: Town, url: str = POLICY.public_url) -> None:
    """Phones outside reach the house at this address; the shop's keeper has no chat."""
    policy = replace(POLICY, public_url=url)
    town.house.policy = policy
    town.house.dispatcher = replace(town.house.dispatcher, policy=policy)
    keeper = town.county.keeper.id

    def leave(session: Session) -> None:
        session.execute(update(Account).where(col(Account.person_id) == keeper).values(active=False))

    town.house.db.run_now(leave)


@asynccontextmanager
async def phone_of(town: Town) -> AsyncIterator[Phone]:
    """The shop's phone, at the newest link."""
    app = FastAPI()
    ReplyPages(town.house).add_to(app)
    async with (
        serving(app, "127.0.0.1", 0) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http,
    ):
        yield Phone(http, tokens(town.house.db)[-1])


async def given_to_the_shop(town: Town, owner: str = "单位（镇）自行安排") -> None:
    """A hazard, reported and given to the shop."""
    await report(town)
    office = town["office"]
    await office.taps("属实·一般", "交办")
    await office.says("老城烧烤店")
    await office.taps(owner)
    await office.says("7", "提交")


async def test_a_unit_without_an_account_answers_and_all_hear_of_it(town: Town) -> None:
    reached(town)
    worker, office = town["grid_worker"], town["office"]
    await given_to_the_shop(town)
    office.sees("已交办给 老城烧烤店")
    office.sees("老城烧烤店还没有人加入", "请把下一条原样转发", "韩勇 13800000016")
    words = office.sees("【鄢陵县安委办】老城烧烤店", "1 处安全隐患（2026-0001）", "10月5日", "不用注册")
    assert FORWARDED.search(words.text)
    assert not words.buttons
    worker.sees("已交办")
    async with phone_of(town) as phone:
        await phone.opens()
        await phone.answers("accept")
        await town.passes(SOON)
        worker.sees("正在整改")
        office.reads("整改中", "责任人：老城烧烤店 韩勇（链接） 13800000016")
        await phone.answers("comment", said="气瓶明天运走")
        await town.passes(SOON)
        office.sees("韩勇（链接） 对 2026-0001 留言：气瓶明天运走")
        await phone.answers("submit_fix", photos=[GREEN], note="已运走")
        await town.passes(SOON)
    office.sees("韩勇（链接） 报 2026-0001 整改完成，请复查", "整改情况：已运走")
    worker.sees("已报整改完成")
    await office.says("2026-0001")
    office.sees("系统 生成回复链接", "韩勇（链接） 接收", "韩勇（链接） 报整改完成")
    await office.taps("复查合格", "销号")
    worker.sees("已销号")
    (hazard,) = hazards(town)
    assert (hazard.state, hazard.owner_id, hazard.submitted_by) == ("closed", None, None)


async def test_nobody_of_the_unit_accepts_what_was_answered_by_link(town: Town) -> None:
    """Not the keeper, even as an officer of the town; whoever in the office gave the link out may."""
    reached(town)

    def promote(session: Session) -> None:
        keeper = session.get_one(Person, (town.county.county, town.county.keeper.id))
        session.add(role_of(keeper, Grant(TOWN_OFFICER, "411024108")))

    town.house.db.run_now(promote)
    await given_to_the_shop(town)
    async with phone_of(town) as phone:
        await phone.opens()
        await phone.answers("submit_fix", photos=[GREEN])
    await town.settle()
    keeper = town["keeper"]
    await keeper.says("2026-0001")
    await keeper.taps("复查合格")
    keeper.reads("本单位负责整改的隐患，不能由本单位的人验收")
    assert hazards(town)[0].state == "submitted"
    await town["office"].taps("复查合格")
    assert hazards(town)[0].state == "passed"


@ON_THE_WEB
async def test_a_person_without_a_chat_is_as_good_as_nobody(town: Town) -> None:
    reached(town)
    await given_to_the_shop(town, owner="韩勇")
    town["office"].sees("已交办给 韩勇")
    town["office"].sees("请把下一条原样转发", "韩勇 13800000016")
    async with phone_of(town) as phone:
        await phone.opens()
        await phone.answers("accept", name="韩小勇", tel="13900000000")
    await town.settle()
    town["office"].reads("整改中", "责任人：韩勇 13800000016")  # whom the office named
    assert hazards(town)[0].owner_id == town.county.keeper.id


@ON_THE_WEB
async def test_who_has_a_chat_needs_no_link(town: Town) -> None:
    reached(town)
    await report(town)
    await town["office"].taps("属实·一般", "交办", "县城管局", "刘洋")
    await town["office"].says("7", "提交")
    town["responsible"].sees("交办给您")
    assert tokens(town.house.db) == []
    assert not any("转发" in message.text for message in town["office"].messages)


@ON_THE_WEB
async def test_without_an_address_the_office_is_told_to_call(town: Town) -> None:
    reached(town, url="")
    office = town["office"]
    await given_to_the_shop(town)
    office.sees(
        "老城烧烤店还没有人加入",
        "还没有设置外网地址（管理员设 web.public_url）",
        "请先电话通知：韩勇 13800000016",
    )
    assert tokens(town.house.db) == []
    await office.says("2026-0001")
    await office.taps("更多", "生成回复链接")
    office.sees("请管理员设置 web.public_url 后再试")


async def test_the_office_makes_a_link_and_takes_it_back(town: Town) -> None:
    reached(town)
    office = town["office"]
    await report(town)
    await office.taps("属实·一般", "交办", "县城管局", "刘洋")
    await office.says("7", "提交", "2026-0001")
    office.looks()
    await office.taps("更多")
    office.sees("还可以")
    await office.taps("生成回复链接")
    office.sees("县城管局(燃气办)的回复链接已生成", "刘洋 13800000005")
    assert FORWARDED.search(office.sees("【鄢陵县安委办】县城管局(燃气办)").text)
    await office.taps("生成回复链接")  # pressed twice: one more, and it says so
    office.sees("以前的 1 个链接也还能用（还没打开过）")
    async with phone_of(town) as phone:
        await phone.opens()
        assert phone.status == 200
        await office.taps("作废回复链接")
        office.sees("2 个回复链接已作废")
        await phone.opens()
        assert phone.status == 410
        await office.taps("作废回复链接")
        office.sees("没有可用的回复链接")
    await office.says("2026-0001")
    office.sees("李静 生成回复链接", "李静 作废回复链接")


@ON_THE_WEB
async def test_others_make_no_links_and_take_none_back(town: Town) -> None:
    reached(town)
    await given_to_the_shop(town)
    hazard = hazards(town)[0]
    for who, answer in {
        "town": "您没有这项权限",
        "grid_worker": "您没有这项权限",
        "other_town": "没有找到这条隐患",
        "responsible": "没有找到这条隐患",
    }.items():
        user = town[who]
        await user.says("2026-0001")
        assert not any("回复链接" in label for message in user.messages for label, _ in message.buttons)
        for verb in ("reply_link", "revoke_link"):
            await town.wire.tap(who, user.last, f"a:{verb}:{short(hazard.id)}")
            await town.settle()
            assert answer in user.last.text
    assert len(tokens(town.house.db)) == 1
    async with phone_of(town) as phone:
        await phone.opens()
        assert phone.status == 200
    department = town["department"]  # of the sector
    await department.says("2026-0001")
    await department.taps("更多", "生成回复链接")
    department.sees("回复链接已生成")


@ON_THE_WEB
@ON_SQLITE
async def test_what_is_with_no_unit_has_no_link(town: Town) -> None:
    reached(town)
    office = town["office"]
    await report(town)
    hazard = hazards(town)[0]
    await town.wire.tap("office", office.last, f"a:reply_link:{short(hazard.id)}")
    await town.settle()
    office.sees("现在是“已上报”，没有交办在整改")
    await office.taps("属实·一般", "交办", "彭店镇")
    assert not any("链接" in label for label, _ in office.last.buttons)
    await office.taps("陈明")
    await office.says("7", "提交")
    await town.wire.tap("office", office.last, f"a:reply_link:{short(hazard.id)}")
    await town.settle()
    office.sees("没有交办给单位，不能生成回复链接")
    await town.wire.tap("office", office.last, "a:reply_link:?!")
    await town.settle()
    office.sees("按钮")


@ON_THE_WEB
async def test_a_failed_recheck_brings_a_new_link_to_whoever_assigned_it(town: Town) -> None:
    reached(town)
    office, officer = town["office"], town["town"]
    await given_to_the_shop(town)
    async with phone_of(town) as phone:
        await phone.opens()
        await phone.answers("submit_fix", photos=[GREEN])
        await town.settle()
        await officer.taps("不合格", "只整改了一部分")
        office.sees("老城烧烤店还没有人加入")
        office.sees("隐患 2026-0001 复查不合格，请继续整改", "https://")
        assert not any("https://" in message.text for message in officer.messages)
        assert "只整改了一部分" in await phone.opens()  # the first link still opens


@ON_THE_WEB
async def test_hazards_given_together_have_one_link(town: Town) -> None:
    reached(town)
    office = town["office"]
    for _ in range(2):
        await report(town)
        await office.taps("属实·一般")
    for hazard in hazards(town):
        town.house.db.run_now(lambda session, id=hazard.id: _at_the_shop(session, town, id))
    await office.says("2026-0001")
    await office.taps("交办")
    await office.taps("老城烧烤店", "单位（镇）自行安排")
    await office.says("7")
    await office.taps("连同另外 1 处", "提交")
    office.sees("2 处隐患已一并交办")
    office.sees("请把下一条原样转发")
    office.sees("2 处安全隐患（2026-0001 等）")
    assert len(tokens(town.house.db)) == 1


def _at_the_shop(session: Session, town: Town, hazard_id: int) -> None:
    hazard = session.get_one(Hazard, (town.county.county, hazard_id))
    hazard.unit_id, hazard.unit_name = town.county.shop.id, town.county.shop.name
    session.add(hazard)


@ON_THE_WEB
@ON_SQLITE
async def test_the_link_is_told_in_english(town: Town) -> None:
    reached(town)
    office = town["office"]
    await office.says("/lang en")
    await report(town)
    await office.taps("True · general", "Assign")
    await office.says("老城烧烤店")
    await office.taps("Let the unit")
    await office.says("7", "submit")
    office.sees("Nobody of 老城烧烤店 has joined", "Forward the next message")
    office.sees("safety office] 老城烧烤店: there is a hazard (2026-0001)", "Mon 5 Oct", "No account needed")
