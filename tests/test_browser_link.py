"""A reply link in a real Chromium: the office gives it out in the demo, the shop answers on a small phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.demo_process import Demo, running_demo
from tests.screen import PATIENCE, Hand, chromium, open_demo, photo_file, shoot

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

START = "2026-09-28T10:00:00+08:00"
DESKTOP, PHONE = (1440, 900), (360, 740)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    """A new demo, on a Monday morning."""
    with running_demo(tmp_path / "state", "--start", START) as running:
        yield running


async def give_to_the_shop(page: Page) -> str:
    """王芳 reports, 李静 assigns it to the shop nobody of which has joined; the link she is given."""
    worker, office = Hand(page, "王芳"), Hand(page, "李静")
    await worker.taps("上报隐患", "刘拐村")
    await worker.says("村东头路北")
    await worker.taps("老城烧烤店", "爆炸")
    await worker.reads("一两句话")
    await worker.says("液化气罐和明火在一个屋")
    await worker.reads("请拍照")
    await worker.sends(photo_file("firebrick"), photo_file("darkorange"))
    await worker.reads("已收到 2 张")
    await worker.taps("发完了")
    await worker.reads("请发送位置")
    await worker.taps("跳过", "没有", "一般", "提交")
    await worker.reads("已上报", "2026-0001")
    await office.taps("属实·一般")
    await office.reads("已核实为一般隐患")
    await office.taps("交办", "老城烧烤店", "单位（镇）自行安排", "7 天内")
    await office.reads("请核对交办内容")
    await office.taps("提交")
    await office.sees("请把下一条原样转发", "韩勇")
    await office.reads("【鄢陵县安委办】老城烧烤店", "不用注册")
    link = office.messages.last.get_by_role("link")
    return str(await link.get_attribute("href"))


async def fill(page: Page, title: str, send: str, **typed: str) -> None:
    """Open a form of the page, fill it in, send it."""
    form = page.locator("details", has_text=title).last
    await form.locator("summary").click()
    for name, said in typed.items():
        await form.locator(f"[name={name}]").fill(said)
    await form.get_by_role("button", name=send).click()


async def fits(page: Page) -> None:
    """Nothing is wider than the screen, nothing to tap lower than a finger."""
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    low = await page.locator("summary, button, input:visible, header a").evaluate_all(
        "all => all.filter(each => each.offsetHeight && each.type !== 'radio' && each.offsetHeight < 40)"
        ".map(each => each.outerHTML)"
    )
    assert low == []


async def test_the_shop_answers_on_a_small_phone_and_the_office_sees_it(demo: Demo, tmp_path: Path) -> None:
    async with (
        chromium(tmp_path / "desk", *DESKTOP) as desk,
        chromium(tmp_path / "phone", *PHONE, touch=True, script=False) as phone,
    ):
        await open_demo(desk, demo.url)
        link = await give_to_the_shop(desk)
        assert link.startswith(f"{demo.url}/r/")
        office, worker = Hand(desk, "李静"), Hand(desk, "王芳")
        await phone.goto(link)
        while await phone.locator(".photos img").count() == 0:  # they are fetched within some seconds
            await phone.reload()
        await expect(phone.get_by_role("heading", name="老城烧烤店")).to_be_visible()
        await expect(phone.get_by_text("还有 7 天")).to_be_visible()
        assert "王芳" not in await phone.content()
        shown = phone.locator(".photos img")
        await expect(shown).to_have_count(2)
        assert await shown.first.evaluate("each => each.naturalWidth") > 0
        await fits(phone)
        await shoot(phone, "reply.png")
        await fill(phone, "接收，我们来整改", "确认接收", name="韩勇", tel="13800000016")
        await expect(phone.get_by_role("status")).to_contain_text("2026-0001 已接收")
        await expect(phone.get_by_role("status")).to_be_in_viewport()
        await worker.reads("正在整改")
        form = phone.locator("details", has_text="整改完成，发照片").last
        await form.locator("summary").click()
        await expect(form.locator("[name=name]")).to_have_value("韩勇")  # this phone answered before
        await form.get_by_role("button", name="报整改完成").click()
        await expect(phone.get_by_role("alert")).to_contain_text("请至少发一张整改后的照片")
        await expect(phone.get_by_role("alert")).to_be_in_viewport()
        await fits(phone)
        form = phone.locator("details", has_text="整改完成，发照片").last
        await form.get_by_label("从相册选").set_input_files([photo_file("seagreen"), photo_file("steelblue")])
        await form.locator("[name=note]").fill("气罐已移到室外")
        await form.get_by_role("button", name="报整改完成").click()
        await expect(phone.get_by_role("status")).to_contain_text("已报整改完成")
        await expect(phone.get_by_text("整改后的照片（2 张）")).to_be_visible()
        await phone.reload()
        await expect(phone.locator("details")).to_have_count(1)  # a word is all that is left to say
        await office.sees("韩勇（链接） 报 2026-0001 整改完成", "请复查")
        await office.taps("复查合格", "销号")
        await office.reads("已销号")
        await phone.reload()
        await expect(phone.get_by_text("您不用再填")).to_be_visible()
        await office.says("2026-0001")
        await office.reads("办理记录", "系统 生成回复链接", "韩勇（链接） 接收", "韩勇（链接） 报整改完成")


async def test_a_link_taken_back_says_so_in_the_language_of_the_phone(demo: Demo, tmp_path: Path) -> None:
    async with chromium(tmp_path / "desk", *DESKTOP) as desk:
        await open_demo(desk, demo.url)
        link = await give_to_the_shop(desk)
        office = Hand(desk, "李静")
        async with desk.context.expect_page() as opening:
            await office.messages.last.get_by_role("link").click()
        page = await opening.value
        await expect(page.get_by_text("2026-0001")).to_be_visible()
        await page.get_by_role("link", name="English").click()
        await expect(page.get_by_text("7 days left")).to_be_visible()
        await office.taps("作废回复链接")
        await office.reads("1 个回复链接已作废")
        await page.goto(f"{link}?lang=en")
        await expect(page.get_by_text("This link was revoked")).to_be_visible(timeout=PATIENCE)
