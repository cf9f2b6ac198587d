"""The page of a reply link in HTML: for an old phone and a bad network, without a script, in one answer."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.web.html import Html, joined, raw, tag
from bot.web.reply_forms import Forms
from bot.words import LANGUAGES
from models.base import short
from models.hazard_states import WITH_OWNER
from models.reply_view import LinkView, ShownHazard
from models.text import text, when

STYLE = Path(__file__).with_name("reply.css").read_text(encoding="utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = (  # what a browser may load for the page: itself
    f"default-src 'none'; img-src 'self'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
THUMBNAIL = 92  # pixels, as in reply.css


@dataclass(frozen=True)
class Page:
    """The page of one link."""

    view: LinkView
    forms: Forms

    def html(self) -> str:
        """The whole page; where all is settled or with somebody else, that."""
        view, t = self.view, self.forms.t
        accept_all = self.forms.accept_all(sum("accept" in each.can for each in view.hazards))
        parts = [tag("h1", view.unit), None if self._told_below(accept_all) else self.forms.told()]
        if view.finished:
            parts.append(tag("p", t("link-finished"), class_="card"))
        else:
            parts.append(tag("p", t("reply-count", count=len(view.hazards), waiting=view.waiting)))
            parts += [tag("p", t("reply-how"), class_="soft"), accept_all]
        parts += [self._card(hazard) for hazard in view.hazards]
        return document(joined(*parts), view, lang=self.forms.lang, say=self.forms.say, at=self.forms.token)

    def _told_below(self, accept_all: Html | None) -> bool:
        """Whether what was done, or was wrong, is said at its place further down."""
        key, action = self.forms.said.where
        if any(short(hazard.id) == key for hazard in self.view.hazards):
            return True
        return (key, action) == ("", "accept_all") and accept_all is not None

    def _card(self, hazard: ShownHazard) -> Html:
        t, key, where = self.forms.t, short(hazard.id), self.forms.said.where
        return tag(
            "section",
            tag(
                "h2",
                f"{hazard.number} ",
                tag("span", self._say(hazard.head), class_="major" if hazard.major else None),
                tag("span", t(f"state-{hazard.state}"), class_="state"),
            ),
            self.forms.told() if key == where[0] and where[1] not in hazard.can else None,
            self._due(hazard),
            *(tag("p", self._say(each), class_="warn") for each in hazard.warnings),
            *(tag("p", self._say(each), class_="note") for each in hazard.notes),
            *(tag("p", self._say(fact), class_="said") for fact in hazard.facts),
            self._photos(hazard.before, t("reply-before")),
            self._photos(hazard.after, t("reply-after", count=len(hazard.after))),
            self._five(hazard),
            *(self.forms.form(hazard, action, main=place == 0) for place, action in enumerate(hazard.can)),
            class_="card",
            id=f"h-{key}",
        )

    def _say(self, part: Any) -> str:
        return self.forms.say(part, self.forms.lang)

    def _due(self, hazard: ShownHazard) -> Html:
        """The deadline and how far it is while it is the unit's turn; else what it waits for."""
        t = self.forms.t
        if hazard.state not in WITH_OWNER or hazard.due_at is None:
            state = hazard.state if hazard.state in ("submitted", "passed") else "closed"
            return tag("p", t(f"reply-waits-{state}"), class_="note")
        late = hazard.late
        left = t("reply-late", days=-hazard.days) if late else t("reply-days-left", days=hazard.days)
        due = t("reply-due", due=when(hazard.due_at))
        return tag("p", tag("b", left), due, class_="due late" if late else "due")

    def _photos(self, ids: tuple[int, ...], label: str) -> Html | None:
        if not ids:
            return None
        shown = []
        for place, file_id in enumerate(ids, start=1):
            at = f"{self.forms.token}/photo/{short(file_id)}"
            alt = self.forms.t("reply-photo", place=place)
            picture = tag("img", src=f"{at}?size=small", alt=alt, width=THUMBNAIL, height=THUMBNAIL)
            shown.append(tag("a", picture, href=at))
        return joined(tag("p", label, class_="soft"), tag("p", *shown, class_="photos"))

    def _five(self, hazard: ShownHazard) -> Html | None:
        """What is settled of the five (五落实)."""
        if not hazard.five:
            return None
        lines = [
            tag("p", tag("b", self.forms.t(f"commitment-{item}")), " ", said, class_="said")
            for item, said in hazard.five
        ]
        return joined(tag("p", self.forms.t("reply-five-said"), class_="soft"), *lines)


def document(body: Html, view: LinkView, *, lang: str, say: Callable[[Any, str], str], at: str = "") -> str:
    """A whole page around a body; `at` is its token, for the page in the other language."""
    other = next(each for each in LANGUAGES if each != lang)
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="robots", content="noindex, nofollow"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="format-detection", content="telephone=no"),
        tag("title", say(text("reply-title"), lang)),
        tag("style", raw(STYLE)),
    )
    header = tag(
        "header",
        tag("a", say(text(f"lang-{other}"), lang), href=f"{at}?lang={other}", hreflang=other) if at else None,
        tag("b", say(text("reply-title"), lang)),
        tag("span", say(text("reply-office", county=view.county), lang)),
    )
    page = tag("html", head, tag("body", header, tag("main", body), _call(view, lang, say)), lang=lang)
    return f"<!DOCTYPE html>{page}"


def _call(view: LinkView, lang: str, say: Callable[[Any, str], str]) -> Html | None:
    """The office's telephone, where it is set."""
    if not view.phone:
        return None
    number = tag("a", view.phone, href="tel:" + "".join(view.phone.split()), class_="call")
    return tag("footer", tag("p", say(text("reply-call"), lang), " ", number))
