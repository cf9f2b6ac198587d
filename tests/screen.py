"""A real Chromium at the demo, used as people use it: by what they read and tap."""

import contextlib
import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import BrowserContext, FilePayload, Locator, Page, async_playwright, expect

from tests.chat import jpeg

PATIENCE = 60_000  # milliseconds; a busy machine takes its time
SHOTS = Path(__file__).parent.parent / "docs" / "images"
_FLAGS = (
    "--headless",
    "--no-sandbox",  # as root there is none
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def photo_file(color: str) -> FilePayload:
    """A photo to be chosen."""
    return {"name": f"{color}.jpg", "mimeType": "image/jpeg", "buffer": jpeg(color, 640)}


@dataclass(frozen=True)
class Hand:
    """Somebody's phone on the page, in the hand of whoever plays them."""

    page: Page
    name: str

    @property
    def phone(self) -> Locator:
        """The whole phone."""
        named = self.page.locator("header b", has_text=self.name)
        return self.page.locator("section[data-address]").filter(has=named)

    @property
    def messages(self) -> Locator:
        """The messages in it, both sides'."""
        return self.phone.get_by_role("article")

    async def sees(self, *parts: str) -> None:
        """Wait for a message that holds all parts."""
        found = self.messages
        for part in parts:
            found = found.filter(has_text=part)
        await expect(found.last).to_be_visible(timeout=PATIENCE)

    async def reads(self, *parts: str) -> None:
        """Wait until the newest message holds all parts and lies within the screen."""
        for part in parts:
            await expect(self.messages.last).to_contain_text(part, timeout=PATIENCE)
        await expect(self.messages.last).to_be_in_viewport(timeout=PATIENCE)

    async def taps(self, *labels: str) -> None:
        """Tap the newest button of this label, then further ones once they are there."""
        for label in labels:
            await self.phone.get_by_role("button", name=label).last.click(timeout=PATIENCE)

    async def says(self, *said: str) -> None:
        """Type and press Enter."""
        for each in said:
            box = self.phone.get_by_role("textbox")
            await box.fill(each)
            await box.press("Enter")
            await expect(self.messages.filter(has_text=each).last).to_be_visible(timeout=PATIENCE)

    async def sends(self, *files: FilePayload) -> None:
        """Choose photos and send them."""
        async with self.page.expect_file_chooser() as choosing:
            await self.phone.get_by_role("button", name="发照片", exact=True).click()
            albums = self.phone.get_by_role("button", name="从相册选")
            if await self.page.evaluate("matchMedia('(pointer: coarse)').matches"):
                await albums.click()
        await (await choosing.value).set_files(list(files))

    async def becomes(self, name: str) -> None:
        """Give the phone to someone else."""
        await self.phone.get_by_role("button", name="换一个人").click()
        await (
            self.page.get_by_role("menuitem")
            .or_(self.page.locator(".q-item"))
            .filter(has_text=name)
            .last.click()
        )

    async def types_a_place(self, lat: str, lon: str) -> None:
        """Send a place by its degrees, where the browser may not tell where it is."""
        await self.phone.get_by_role("button", name="发送我的位置").click()
        dialog = self.page.get_by_role("dialog")
        await dialog.get_by_label("纬度").fill(lat, timeout=PATIENCE)
        await dialog.get_by_label("经度").fill(lon)
        await dialog.get_by_role("button", name="发送这个位置").click()
        await expect(dialog).to_be_hidden(timeout=PATIENCE)


@contextlib.asynccontextmanager
async def chromium(
    folder: Path, width: int, height: int, *, touch: bool = False, script: bool = True
) -> AsyncIterator[Page]:
    """A browser of its own with one window; without `script` pages run none."""
    async with async_playwright() as playwright:
        context: BrowserContext = await playwright.chromium.launch_persistent_context(
            folder,
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
            args=list(_FLAGS),
            viewport={"width": width, "height": height},
            locale="zh-CN",
            has_touch=touch,
            is_mobile=touch,
            java_script_enabled=script,
        )
        context.set_default_timeout(PATIENCE)
        yield context.pages[0]
        await context.close()


async def open_demo(page: Page, url: str) -> None:
    """Open the demo and wait until the phones show their chats."""
    await page.goto(url, timeout=PATIENCE)
    await Hand(page, "李静").sees("您可以")


async def push(page: Page, label: str, times: int = 1) -> None:
    """Push the demo's clock, and wait until it has arrived."""
    for _ in range(times):
        button = page.get_by_role("button", name=label)
        before = await page.locator(".zs-clock").inner_text()
        await button.click()
        await expect(page.locator(".zs-clock")).not_to_have_text(before, timeout=PATIENCE)
        await expect(page.get_by_role("progressbar")).to_be_hidden(timeout=PATIENCE)
        await expect(button).to_be_enabled(timeout=PATIENCE)


async def shoot(page: Page, name: str) -> None:
    """Keep a picture for the documentation, when ZHISHOU_SHOTS asks for it."""
    if os.environ.get("ZHISHOU_SHOTS"):
        SHOTS.mkdir(parents=True, exist_ok=True)
        await page.mouse.move(0, 0)
        await page.evaluate("document.fonts.ready.then(() => true)")
        await page.screenshot(path=SHOTS / name, animations="disabled")
