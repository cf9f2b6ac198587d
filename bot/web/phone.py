"""The chat widget: one chat as on a phone, kept up to date while the page is open."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from nicegui import background_tasks, ui
from nicegui.element import Element
from nicegui.events import GenericEventArguments

from bot.web.chats import Chats, Who
from bot.web.place import ask_place
from models.webchat import WebMessage, web_messages

KEPT = 200  # messages shown
LOOK_EVERY = 1.0  # seconds; what this process sends is shown at once
OVERLAP = timedelta(seconds=5)  # two processes' rows may be committed in another order than dated


class Phone(Element, component="phone.js", esm={"zhishou": "js"}):
    """A chat at one address. `heading` gives its title and subtitle for whoever has it.

    `once` is sent when the page opens, the same for every opening.
    """

    def __init__(
        self,
        chats: Chats,
        address: str,
        *,
        who: Who,
        heading: Callable[[Who], tuple[str, str]],
        language: str = "",
        once: dict[str, str] | None = None,
        on_unread: Callable[[int], None] | None = None,
    ) -> None:
        super().__init__()
        self.chats, self.address, self.language = chats, address, language
        self.who, self.heading = who, heading
        self._greets = once is None
        self._shown: dict[int, datetime] = {}
        self._after: datetime | None = None
        self._open = False
        self._turn = asyncio.Lock()
        self._props["address"] = address
        self._dress()
        self._props["once"] = once
        self.on("ready", self._ready, args=[])
        self.on("pick", self._pick, args=[])
        if on_unread is not None:
            self.on("unread", lambda event: on_unread(_count(event)))
        self._unlisten = chats.web.listen(address, self._changed)
        with self:
            ui.timer(LOOK_EVERY, self._look)

    def _dress(self) -> None:
        """The page's own words, in the person's language."""
        self._props["title"], self._props["subtitle"] = self.heading(self.who)
        self._props["lang"] = self.who.lang
        self._props["words"] = self.chats.words(self.who.lang)

    async def _ready(self) -> None:
        """The page is there: show the transcript, and open an empty one."""
        async with self._turn:
            rows = await self._rows(None)
            self._put(rows, first=True)
            self._open = True
        if not rows and self._greets:
            await self.chats.greet(self.address, self.language)

    async def _rows(self, after: datetime | None) -> list[WebMessage]:
        house = self.chats.house
        return await house.db.read(
            lambda session: web_messages(
                session, county=house.county, address=self.address, changed_after=after, limit=KEPT
            )
        )

    def _changed(self) -> None:
        if self._open and not self.is_deleted:
            background_tasks.create(self._look())

    async def _look(self) -> None:
        """Show what is new or was changed since the last look."""
        if not self._open or self.is_deleted:
            return
        async with self._turn:
            rows = await self._rows(self._after)
            fresh = [row for row in rows if self._shown.get(row.id) != row.edited_at]
            if fresh:
                await self._follow()
                self._put(fresh)

    def _put(self, rows: list[WebMessage], *, first: bool = False) -> None:
        if self.is_deleted:
            return
        self.run_method("put", [self.chats.shown(row, self.who.lang) for row in rows], KEPT if first else 0)
        self._shown |= {row.id: row.edited_at for row in rows}
        if self._shown:
            after = self._after = max(self._shown.values()) - OVERLAP
            self._shown = {row: edited for row, edited in self._shown.items() if edited > after}

    async def _follow(self) -> None:
        """Whoever has just joined is named, and the page speaks as they have asked the bot to."""
        who = await self.chats.who(self.address, language=self.language)
        if who != self.who:
            self.who = who
            self._dress()
            self.update()

    def _pick(self) -> None:
        """The browser cannot tell where it is: ask."""
        with self.client:
            ask_place(self.chats, self.address, self.who.lang, self.language)

    def _handle_delete(self) -> None:
        self._unlisten()
        super()._handle_delete()


def _count(event: GenericEventArguments) -> int:
    count: Any = event.args
    return count if isinstance(count, int) else 0
