"""Spot checks in the chat: what proves that one is there, who may, the seed that nobody sees."""

from sqlmodel import select

from models.base import short
from models.draw_seed import CheckSeed
from models.files import Attachment
from models.spot_checks import SpotAnswer, SpotCheck
from tests.chat import PARTS, Town
from tests.check_chats import SECOND, asked, checked_town, count, drawn, forged, on_the_web, to
from tests.duty_chats import on_one, publish, row, until
from tests.hazard_chats import draft, hazards

__all__ = ["checked_town"]


async def check(town: Town) -> None:
    """The office has begun a check of all posts at half past two."""
    await asked(town)
    await town["office"].says("查岗")
    await town["office"].taps("现在查岗", "全部在值的岗位")
    await town["office"].says("提交")
    for part in PARTS:
        town[part].looks()


@on_one
async def test_a_photo_just_sent_answers_and_starts_no_report(town: Town) -> None:
    await check(town)
    await town["officer"].sends_photo("blue")
    town["officer"].sees("查岗已应答：彭店镇值班室 14:30")
    town["officer"].sees_nothing_else()
    assert hazards(town) == []
    await town["leader"].shares_place()
    town["leader"].sees("查岗已应答")
    town["office"].reads("共 2 人：在岗 2", "待应答 0，没有应答 0")


@on_one
async def test_a_place_answers_at_the_question_for_a_photo(town: Town) -> None:
    await check(town)
    await town["officer"].says("我在岗")
    town["officer"].sees("请拍一张现在的现场照片，或发送您现在的位置")
    await town["officer"].shares_place()
    town["officer"].sees("查岗已应答")
    town["officer"].sees_nothing_else()


@on_one
async def test_words_and_typed_degrees_prove_nothing(town: Town) -> None:
    await check(town)
    officer = town["officer"]
    await officer.taps("我在岗")
    for said in ("在", "34.10000, 114.18000", "跳过"):
        await officer.says(said)
    await officer.sends_document("x.pdf", b"%PDF")
    officer.looks()
    found = town.ask(lambda session: list(session.exec(select(SpotAnswer.state))))
    assert found == ["asked", "asked"]
    assert count(town, Attachment) == 0
    first = draft(town, "officer").id
    await officer.taps("我在岗")
    assert draft(town, "officer").id == first


@on_one
async def test_others_and_forgers_cannot_answer(town: Town) -> None:
    await check(town)
    mine, other = town.ask(
        lambda session: [short(each.id) for each in session.exec(select(SpotAnswer).order_by(SpotAnswer.id))]
    )
    for who in ("grid_worker", "office", "deputy"):
        await forged(town, who, f"a:here:{mine}", f"a:here:{other}")
        town[who].sees("这次查岗没有问您")
    await forged(town, "officer", "a:here", "a:here:!", "a:here:1", "a:spotstart", "a:seed:1")
    assert town.ask(lambda session: list(session.exec(select(SpotAnswer.state)))) == ["asked", "asked"]
    assert count(town, SpotCheck) == 1


@on_one
async def test_where_to_check_is_asked_until_it_is_clear(town: Town) -> None:
    await publish(town, row(), row(**SECOND))
    office = town["office"]
    await until(town, 1, 9)
    await office.says("spot check")
    await office.taps("现在查岗")
    await office.says("陈化店")
    office.sees("现在值班的岗位里没有“陈化店”")
    await office.sends_photo()
    office.sees("这一步用不上")
    await office.says("马栏镇")
    office.sees("1. 范围：马栏镇")
    await office.says("提交")
    office.sees("共问 1 人")
    office.reads("没有加入，请打电话：马栏镇值班室 带班领导 王海")
    await until(town, 2, 9)
    await office.says("查岗")
    await office.taps("现在查岗")
    await office.says("全部在值的岗位", "提交")
    office.sees("那里现在没有人值班")


@on_the_web
async def test_the_seed_is_in_no_message_before_the_end(checked_town: Town) -> None:
    town = checked_town
    await publish(town, row())
    secret, period_id = town.ask(
        lambda session: session.exec(select(CheckSeed.seed, CheckSeed.period_id)).one()
    )
    await to(town, drawn(town)[0].at)
    for who in ("office", "head"):
        await town[who].says("查岗")
        await town[who].taps("查岗种子")
        town[who].sees("种子的指纹")
    for who in ("town", "leader", "grid_worker"):
        await forged(town, who, f"a:seed:{short(period_id)}")
        town[who].reads("没有这项权限")
    assert not any(secret in message.text for part in PARTS for message in town[part].messages)
    await until(town, 8, 9, 5)
    await town["office"].says("查岗")
    await town["office"].taps("查岗种子")
    town["office"].reads("的随机查岗", secret, "verify-draw")
