"""The signs in texts: each has an icon, so that a desk without an emoji font shows it too."""

import re
from pathlib import Path

import bot.web
from bot.words import LANGUAGES

TEXTS = Path(bot.web.__file__).parent.parent / "texts"
ICONS = Path(bot.web.__file__).parent / "js" / "icons.js"
SIGN = re.compile("[\U0001f000-\U0001ffff\u2190-\u21ff\u2300-\u25b9\u2600-\u27bf\u2b00-\u2bff]")
LETTERS = set("▪①②③④⑤⑥⑦⑧⑨⑩—│─→")  # text fonts have these


def test_every_sign_in_the_texts_has_an_icon() -> None:
    known = set(re.findall(r'"([^"]{1,2})": "', ICONS.read_text(encoding="utf-8")))
    assert "🚨" in known
    files = [file for lang in LANGUAGES for file in (TEXTS / lang).glob("*.ftl")]
    shown = [file for file in files if not file.name.startswith("cli")]  # a terminal has its own
    used = set().union(*(SIGN.findall(file.read_text(encoding="utf-8")) for file in shown))
    assert used - known - LETTERS == set()
