"""`zhishou check`, and Telegram's word where the command line asks for it."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from sqlmodel import select

from bot.db import open_database
from models.people import Invitation
from tests import shell
from tests.county import NOW
from tests.shell import CODE, Shell, free_port

zhishou, ready = shell.zhishou, shell.ready

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


class GetMe(BaseHTTPRequestHandler):
    """Telegram's getMe: the bot behind TOKEN, the time the test wants."""

    at: datetime = NOW

    def do_GET(self) -> None:
        known = self.path == f"/bot{TOKEN}/getMe"
        body = b'{"ok": true, "result": {"username": "zhishou_bot"}}' if known else b'{"ok": false}'
        self.send_response_only(200 if known else 401)
        self.send_header("Date", format_datetime(self.at, usegmt=True))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing on standard error."""


@pytest.fixture
def telegram(ready: Shell, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[GetMe]]:
    """A Telegram that knows one bot; the settings point at it."""
    monkeypatch.setattr(GetMe, "at", NOW)
    with HTTPServer(("127.0.0.1", 0), GetMe) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        ready.set(
            telegram__token=TOKEN,
            telegram__base_url=f"http://127.0.0.1:{server.server_port}/bot",
            web__listen=f"127.0.0.1:{free_port()}",
        )
        yield GetMe
        server.shutdown()


def test_check_finds_everything_in_order(ready: Shell, telegram: type[GetMe]) -> None:
    ran = ready("check", lang="zh-CN")
    assert ran.code == 0, ran.out
    assert "✗" not in ran.out
    assert "@zhishou_bot" in ran.out
    assert "与 Telegram 相差 0 秒" in ran.out
    assert "2026 年的放假安排" in ran.out
    assert not list(Path("data/files").iterdir())


def test_check_says_what_is_wrong_and_what_to_do(ready: Shell, telegram: type[GetMe]) -> None:
    ready.set(
        telegram__bot_name="other_bot",
        storage__url="plain/files",
        database__url="sqlite:///none.db",
    )
    Path("plain").touch()
    telegram.at = NOW - timedelta(minutes=5)
    ran = ready("check")
    assert ran.code == 1
    for found in ("@zhishou_bot", "300 seconds", "run zhishou init", "storage.url"):
        assert found in ran.out
    assert ran.out.count("✗") == 4
    assert not Path("none.db").exists()


def test_check_says_that_a_token_is_refused_and_never_shows_it(ready: Shell, telegram: type[GetMe]) -> None:
    ready.set(telegram__token=TOKEN[:-1] + "x")
    ran = ready("check", lang="zh-CN")
    assert (ran.code, "Telegram 不认这个令牌" in ran.out, TOKEN[:-1] in ran.out) == (1, True, False)


def test_a_link_needs_the_bots_name_which_telegram_knows(ready: Shell, telegram: type[GetMe]) -> None:
    ran = ready("invite", "王芳", "--role", "网格员", "--area", "彭店镇刘拐村")
    assert f"https://t.me/zhishou_bot?start={CODE.findall(ran.out)[0]}" in ran.out
    with open_database("sqlite:///data/zhishou.db") as database:
        stored = database.read_now(lambda session: session.exec(select(Invitation)).all())
    assert all(CODE.findall(ran.out)[0] not in str(row.model_dump()) for row in stored)


@pytest.mark.parametrize(
    ("settings", "found", "sign"),
    [
        ({}, "web.public_url", "!"),
        ({"web__public_url": "http://10.1.2.3:8080"}, "Not https", "!"),
        ({"web__public_url": "https://duty.example.gov.cn"}, "https://duty.example.gov.cn", "✓"),
        ({"web__enabled": "false"}, "not served", "–"),
    ],
)
def test_check_warns_where_no_reply_link_would_open(
    ready: Shell, telegram: type[GetMe], settings: dict[str, str], found: str, sign: str
) -> None:
    ready.set(**settings)
    ran = ready("check")
    assert ran.code == 0, ran.out
    assert any("reply links" in line and sign in line for line in ran.out.splitlines())
    assert found in ran.out
