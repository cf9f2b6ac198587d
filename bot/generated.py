"""Parts of the manual (docs/) that are made from the code, between markers; the rest of a page is by hand."""

import re
from pathlib import Path

DOCS = Path(__file__).parent.parent / "docs"
END = "<!-- end -->"


def begin(command: str) -> str:
    """The marker that opens a made part and says how to make it."""
    return f"<!-- begin: {command} -->"


def fill(page: str, command: str, made: str) -> str:
    """The page with the part that `command` makes put in anew. ValueError if it has no such markers."""
    part = re.compile(f"(?<={re.escape(begin(command))}\n).*?(?={re.escape(END)})", re.S)
    if not part.search(page):
        raise ValueError(f"no markers for: {command}")
    return part.sub(lambda _: f"\n{made}\n\n", page, count=1)


def rewrite(path: Path, command: str, made: str) -> None:
    """Put the made part into the page's file."""
    path.write_text(fill(path.read_text(encoding="utf-8"), command, made), encoding="utf-8")
