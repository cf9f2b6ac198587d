"""Who reports what: every user has a story of their own, so that no answer can be taken for another's."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.script import FIRST_USER, Step, User, locate, photo, say, tap
from models.sectors import KINDS, SECTORS

TOWNS = (("彭店镇", "411024108"), ("马栏镇", "411024101"), ("只乐镇", "411024109"))
SECTOR_LABELS = (
    "燃气",
    "危化品",
    "交通运输",
    "建筑施工",
    "消防",
    "特种设备",
    "文化旅游",
    "医疗卫生",
    "教育",
    "电力",
    "其他",
)
ALBUM = 3  # who has so many photos sends them together
KIND_LABELS = ("火灾", "爆炸", "坍塌", "翻车", "其他")


@dataclass(frozen=True)
class Story:
    """What one grid worker has to tell, in words and as it must be stored."""

    number: int

    @property
    def address(self) -> str:
        """The spot in words."""
        return f"第{self.number}排东数第二家"

    @property
    def unit(self) -> str:
        """The place's name; every other hazard has none."""
        return f"第{self.number}号饭店" if self.number % 2 else ""

    @property
    def description(self) -> str:
        """What is wrong."""
        return f"液化气罐和明火在一个屋,第{self.number}次说"

    @property
    def photos(self) -> int:
        """How many photos: one to three."""
        return 1 + self.number % 3

    @property
    def place(self) -> tuple[float, float]:
        """Latitude and longitude."""
        return round(34.0 + self.number / 1000, 3), round(114.1 + self.number / 2000, 4)

    def stored(self) -> dict[str, Any]:
        """The hazard's fields as they must stand in the database."""
        lat, lon = self.place
        return {
            "area": TOWNS[self.number % len(TOWNS)][1],
            "address": self.address,
            "unit_name": self.unit,
            "sector": SECTORS[self.number % len(SECTORS)],
            "kind": KINDS[self.number % len(KINDS)],
            "description": self.description,
            "no_photo_reason": "",
            "lat": lat,
            "lon": lon,
            "datum": "WGS-84",
            "place_source": "shared",
            "spot_fixed": False,
            "suspected_major": True,
            "state": "reported",
        }

    def steps(self) -> list[Step]:
        """What is said and tapped, each with a part of the answer that it must bring."""
        pictures = [photo(expect=f"已收到 {count} 张") for count in range(1, self.photos + 1)]
        if self.photos == ALBUM:
            pictures = [_of_an_album(step, last=step is pictures[-1]) for step in pictures]
        return [
            say("/report", expect="哪个镇"),
            tap(TOWNS[self.number % len(TOWNS)][0], expect="具体在什么位置"),
            say(self.address, expect="哪个单位"),
            say(self.unit, expect="行业领域") if self.unit else tap("跳过", expect="行业领域"),
            tap(SECTOR_LABELS[self.number % len(SECTORS)], expect="最怕"),
            tap(KIND_LABELS[self.number % len(KINDS)], expect="一两句话"),
            say(self.description, expect="请拍照"),
            *pictures,
            tap("发完了", expect="请发送位置"),
            locate(*self.place, expect="当场整改了吗"),
            tap("没有", expect="您看严重"),
            tap("可能是重大隐患", expect="请核对"),
            tap("提交", expect="已上报，编号"),
        ]


def _of_an_album(step: Step, *, last: bool) -> Step:
    """The same photo sent together with others; only the last brings an answer to wait for."""

    def make(user: User) -> dict[str, Any]:
        made = step.make(user)
        made["message"]["media_group_id"] = str(user.id)
        return made

    return Step(make, step.expect if last else "")


class Reporter:
    """One user in their chat: reads on when the answer to the last step has come, whatever else comes."""

    def __init__(self, number: int) -> None:
        self.story = Story(number)
        self.user = User(FIRST_USER + number)
        self.texts: list[str] = []
        self._markups: list[Any] = []
        self._news = asyncio.Event()

    def arrives(self, text: str, markup: Any) -> None:
        """A message of the bot."""
        self.texts.append(text)
        self._markups.append(markup)
        self._news.set()

    async def hears(self, expected: str, since: int, seconds: float) -> bool:
        """Wait for a message after the first `since` ones that holds `expected`; its buttons are seen.

        True at once where nothing is expected.
        """
        if not expected:
            return True
        try:
            async with asyncio.timeout(seconds):
                while (place := _holding(self.texts, expected, since)) is None:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return False
        self.user.sees(self.texts[place], self._markups[place])
        return True


def _holding(texts: Sequence[str], expected: str, since: int) -> int | None:
    return next((place for place in range(since, len(texts)) if expected in texts[place]), None)
