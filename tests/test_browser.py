"""The demo in a real Chromium: the story of a hazard by clicks, and what a page has to live through."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.demo_process import Demo, running_demo
from tests.screen import PATIENCE, Hand, chromium, open_demo, photo_file, push, shoot

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

START = "2026-09-28T10:00:00+08:00"
DESKTOP, PHONE = (1440, 900), (390, 844)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    """A new demo, on a Monday morning."""
    with running_demo(tmp_path / "state", "--start", START) as running:
        yield running


async def test_the_story_of_a_hazard_by_clicks(demo: Demo, tmp_path: Path) -> None:
    async with chromium(tmp_path / "chromium", *DESKTOP) as page:
        await open_demo(page, demo.url)
        worker, office, owner = Hand(page, "王芳"), Hand(page, "李静"), Hand(page, "刘洋")
        await worker.taps("上报隐患", "刘拐村")
        await worker.says("村东头路北")
        await worker.taps("老城烧烤店", "爆炸")
        await worker.reads("一两句话")
        await worker.says("液化气罐和明火在一个屋")
        await worker.reads("请拍照")
        await worker.sends(photo_file("firebrick"), photo_file("darkorange"), photo_file("steelblue"))
        await worker.reads("已收到 3 张")
        await expect(worker.phone.get_by_role("button", name="看大图")).to_have_count(3)
        await worker.taps("发完了")
        await worker.types_a_place("34.0999", "114.1774")
        await worker.reads("当场整改了吗")
        await worker.taps("没有", "可能是重大隐患")
        await worker.reads("核对后提交", "燃气", "34.09990, 114.17740")
        await worker.taps("提交")
        await worker.reads("已上报", "2026-0001")
        await office.sees("告警", "疑似重大隐患 2026-0001")
        await office.taps("收到")
        await office.sees("已记录")
        await office.taps("属实·重大…")
        await office.reads("可能对应下面的判定标准", "建城规〔2023〕4号")
        await office.taps("GAS-9-1", "现场核实")
        await office.reads("请核对判定依据")
        await office.taps("提交")
        await worker.reads("已核实", "重大隐患")
        await office.taps("交办", "县城管局", "刘洋", "3 天内")
        await office.reads("请核对交办内容")
        await office.taps("提交")
        await office.reads("已交办给 刘洋")
        await owner.reads("交办给您", "2026-0001")
        await shoot(page, "demo.png")
        await owner.taps("填五落实…")
        await owner.reads("怎样整改")
        await owner.says("气瓶搬走，改用管道气")
        await owner.reads("要花多少钱")
        await owner.says("3000")
        await owner.reads("怎样防止出事")
        await owner.taps("专人看守", "提交")
        await owner.reads("五落实齐全，已开始整改")
        await push(page, "+1 天", times=3)
        await owner.sees("还有 1 天")
        await owner.sees("今天到期")
        await push(page, "+1 天")
        await owner.reads("已逾期 1 天")
        await owner.taps("整改完成")
        await owner.reads("请发整改后的照片")
        await owner.sends(photo_file("seagreen"))
        await owner.reads("已收到 1 张")
        await owner.taps("发完了")
        await owner.reads("说明一句")
        await owner.taps("跳过")
        await owner.reads("等待安委办复查")
        await office.reads("整改完成，请复查")
        await office.taps("复查合格")
        await office.reads("已请其他同事核对后销号")
        await office.becomes("何伟")
        await Hand(page, "何伟").reads("复查合格（李静），请您核对后销号")
        await Hand(page, "何伟").taps("销号")
        await worker.reads("已销号")
        await owner.reads("已销号")


async def test_a_duty_leader_checks_in_and_another_is_missed(demo: Demo, tmp_path: Path) -> None:
    async with chromium(tmp_path / "chromium", *DESKTOP) as page:
        await open_demo(page, demo.url)
        leader, office = Hand(page, "吴刚"), Hand(page, "李静")
        await leader.sees("彭店镇值班室 带班领导", "9月29日")
        await push(page, "+1 小时", times=22)
        await leader.sees("值班提醒")
        await leader.taps("到岗签到")
        await leader.sees("已签到")
        await push(page, "+1 天")
        await push(page, "+1 小时")
        await office.sees("缺岗", "彭店镇值班室 带班领导", "电话")
        await leader.sees("请您马上到岗顶班")
        await shoot(page, "duty.png")


async def test_a_report_on_a_phone_survives_a_reload(demo: Demo, tmp_path: Path) -> None:
    async with chromium(tmp_path / "chromium", *PHONE, touch=True) as page:
        await open_demo(page, demo.url)
        await page.get_by_role("button", name="关闭").click()  # the guide
        worker = Hand(page, "王芳")
        await worker.taps("上报隐患", "刘拐村")
        await worker.says("村东头路北")
        await worker.taps("老城烧烤店", "爆炸")
        await worker.reads("一两句话")
        await worker.phone.get_by_role("textbox").fill("写了一半")
        await page.reload()
        await worker.reads("一两句话")
        await expect(worker.phone.get_by_role("textbox")).to_have_value("写了一半")
        await worker.says("液化气罐和明火在一个屋")
        await worker.reads("请拍照")
        await worker.sends(photo_file("firebrick"))
        await worker.reads("已收到 1 张")
        await worker.taps("发完了")
        await worker.reads("请发送位置")  # "跳过" stands under older questions too
        await worker.taps("跳过", "没有", "可能是重大隐患")
        await worker.reads("核对后提交", "提交")
        await shoot(page, "chat.png")
        sizes = await worker.phone.get_by_role("button").evaluate_all(
            "all => all.filter(each => each.offsetWidth).map(each => [each.offsetWidth, each.offsetHeight])"
        )
        assert sizes
        assert all(min(size) >= 44 for size in sizes), sizes
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE[0]


async def test_what_cannot_be_sent_is_said_so(demo: Demo, tmp_path: Path) -> None:
    async with chromium(tmp_path / "chromium", *DESKTOP) as page:
        await open_demo(page, demo.url)
        worker = Hand(page, "王芳")
        big = photo_file("red") | {"buffer": b"\xff" * (21 * 1024 * 1024)}
        await worker.sends(big)
        await expect(worker.phone.get_by_role("alert")).to_contain_text("超过 20 MB", timeout=PATIENCE)
        await worker.sends(photo_file("red") | {"buffer": b"no photo"})
        await expect(worker.phone.get_by_role("alert")).to_contain_text("这不是照片", timeout=PATIENCE)
        await expect(worker.messages).to_have_count(1)


async def test_two_pages_on_one_person_show_the_same(demo: Demo, tmp_path: Path) -> None:
    async with chromium(tmp_path / "chromium", *DESKTOP) as page:
        await open_demo(page, demo.url)
        other = await page.context.new_page()
        await open_demo(other, demo.url)
        here, there = Hand(page, "王芳"), Hand(other, "王芳")
        await here.taps("上报隐患")
        await there.reads("哪个镇")
        await there.says("彭店镇")
        await here.reads("具体在什么位置")
        await expect(here.messages).to_have_count(await there.messages.count())


async def test_an_open_page_goes_on_when_the_server_was_away(demo: Demo, tmp_path: Path) -> None:
    async with chromium(tmp_path / "chromium", *DESKTOP) as page:
        await open_demo(page, demo.url)
        worker = Hand(page, "王芳")
        await worker.taps("上报隐患")
        await worker.reads("哪个镇")
        await push(page, "+1 天")
        assert demo.stop() == 0
        await expect(page.get_by_text("连接断了")).to_be_visible(timeout=PATIENCE)
        await worker.says("彭店镇")
        await expect(worker.messages.last).to_contain_text("发送中")
        demo.start()
        await worker.reads("具体在什么位置")
        await expect(worker.messages.filter(has_text=re.compile("^彭店镇"))).to_have_count(1)
        await expect(page.locator(".zs-clock")).to_contain_text("9月29日", timeout=PATIENCE)


async def test_the_whole_page_speaks_english_when_asked(demo: Demo, tmp_path: Path) -> None:
    async with chromium(tmp_path / "chromium", *DESKTOP) as page:
        await open_demo(page, demo.url)
        await page.get_by_role("button", name="English").click()
        await expect(page.get_by_role("button", name="+1 day")).to_be_visible(timeout=PATIENCE)
        worker = Hand(page, "王芳")
        await worker.taps("Menu", "Report a hazard")
        await worker.reads("Which town")
        await page.get_by_role("button", name="中文").click()
        await expect(page.get_by_role("button", name="+1 天")).to_be_visible(timeout=PATIENCE)
