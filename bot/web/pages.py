"""The web chat's pages, as one application for uvicorn: NiceGUI's, our plain routes, and the demo where wanted."""

import re
from pathlib import Path

from fastapi import FastAPI, Request
from nicegui import app as gui
from nicegui import ui
from starlette.middleware.sessions import SessionMiddleware

from bot.web.chats import Chats, Who
from bot.web.demo_clock import DemoClock
from bot.web.demo_page import DemoPage
from bot.web.feeds import FeedRoutes
from bot.web.phone import Phone
from bot.web.reply_page import ReplyPages
from bot.web.routes import SESSION_CHAT, Routes, language_of, new_address
from models.text import text

STYLE = Path(__file__).with_name("style.css")
MAIN_COLOR = "#14625f"  # as --zs-main in style.css
YEAR = 365 * 24 * 3600  # seconds; each visit renews it
RECONNECT = 30.0  # seconds for which a page that lost its connection is kept
PATIENCE = 30.0  # seconds a page may wait for a busy database before it is called an error
_CODE = re.compile(r"[A-Za-z0-9-]{4,40}")


def build_app(chats: Chats, *, secret: str, demo: DemoClock | None = None) -> FastAPI:
    """The application. `secret` signs the cookie in which a browser keeps the address of its chat.

    NiceGUI has one app per process: the house built last has the pages.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(SessionMiddleware, secret_key=secret, session_cookie="zhishou", max_age=YEAR)
    Routes(chats, home="/demo" if demo else "/chat").add_to(app)
    FeedRoutes(chats.house).add_to(app)
    ReplyPages(chats.house).add_to(app)
    gui.middleware_stack = None
    gui.user_middleware.clear()
    ui.page("/chat", response_timeout=PATIENCE)(ChatPage(chats).show)
    gui.remove_route("/demo")
    if demo is not None:
        ui.page("/demo", response_timeout=PATIENCE)(DemoPage(chats, demo).show)
    ui.run_with(
        app,
        title=chats.house.words.say(text("web-title"), "zh-CN"),
        language="zh-CN",
        favicon=Path(__file__).with_name("icon.svg"),
        storage_secret=secret,
        reconnect_timeout=RECONNECT,
        tailwind=False,
        show_welcome_message=False,
    )
    gui.colors(primary=MAIN_COLOR)
    ui.add_css(STYLE, shared=True)
    return app


class ChatPage:
    """`/chat`: the one chat of this browser; to an unknown one the bot itself says how to join."""

    def __init__(self, chats: Chats) -> None:
        self.chats = chats

    async def show(self, request: Request, code: str = "") -> None:
        """`code` is an invitation from a link; it is sent once, as if typed."""
        address = gui.storage.browser.get(SESSION_CHAT) or new_address()
        gui.storage.browser[SESSION_CHAT] = address
        language = language_of(request)
        who = await self.chats.who(address, language=language)
        once = {"id": f"code-{code}", "kind": "text", "text": f"/start {code}"}
        with ui.element("main").classes("zs-page"):
            Phone(
                self.chats,
                address,
                who=who,
                heading=self._heading,
                language=language,
                once=once if _CODE.fullmatch(code) else None,
            )

    def _heading(self, who: Who) -> tuple[str, str]:
        say = self.chats.house.words.say
        nobody = say(text("web-subtitle"), who.lang)
        return say(text("web-title"), who.lang), f"{who.name} {who.title}" if who.person_id else nobody
