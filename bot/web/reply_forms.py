"""The forms on the page of a reply link: what the unit can do with a hazard, each behind its title."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.web.html import Html, tag
from models.base import short
from models.commitments import FUNDS, MEASURES, PLAN
from models.hazards import PHOTOS_MAX
from models.policy import Policy
from models.reply_answers import NAME_MAX
from models.reply_view import ShownHazard
from models.text import Text, day, text

PHOTO_MB = 20
LATER = (7, 15, 30)  # days that an extension offers
REASONS = {
    "ask_extension": ("extend", ("parts", "funds", "weather")),
    "hand_back": ("hand_back", ("not-ours", "not-able")),
}
WITH_FILES = ("submit_fix", "comment")
ACCEPT_ALL = "accept_all"
ASKED = (MEASURES, FUNDS, PLAN)  # of the five: who and by when are settled by the assignment
PICKED = {FUNDS: ("none", "later"), PLAN: ("watch", "stop")}  # of them what can be ticked
Fields = tuple[Html | None, ...]


@dataclass(frozen=True)
class Said:
    """What the page says besides: what was done just now, or what was wrong, and what was typed.

    `where` is the hazard's key and what was done with it. `name` and `phone` are to be filled in for whoever
    answered from this phone before.
    """

    done: Text | None = None
    fault: Text | None = None
    where: tuple[str, str] = ("", "")
    typed: dict[str, str] = field(default_factory=dict)
    name: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Forms:
    """The forms of one page in one language."""

    token: str
    lang: str
    say: Callable[[Any, str], str]
    policy: Policy
    said: Said

    def t(self, key: str, **params: Any) -> str:
        """A text of the page's language."""
        return self.say(text(key, **params), self.lang)

    def told(self) -> Html | None:
        """What was done just now, or what was wrong."""
        told, good = self.said.done or self.said.fault, self.said.done is not None
        if told is None:
            return None
        said = self.say(told, self.lang)
        if not good and self.said.where[1] in WITH_FILES:
            said += self.t("reply-photos-again")  # no browser keeps them
        return tag("p", said, class_="good" if good else "bad", role="status" if good else "alert")

    def accept_all(self, waiting: int) -> Html | None:
        """Accepting all that wait, where there are several."""
        if waiting < 2:
            return None
        title = self.t("reply-do-accept_all", count=waiting)
        return self._form("", ACCEPT_ALL, title, (), main=True)

    def form(self, hazard: ShownHazard, action: str, *, main: bool) -> Html:
        """The form for one thing that can be done with a hazard; the likeliest one stands out."""
        again = action == "commit" and hazard.state != "assigned"
        title = self.t("reply-do-recommit" if again else f"reply-do-{action}")
        made: Fields = {
            "commit": self._commit_fields,
            "submit_fix": self._fix_fields,
            "comment": self._comment_fields,
            "ask_extension": self._extension_fields,
            "hand_back": self._reason_fields,
        }.get(action, lambda hazard, action: ())(hazard, action)
        return self._form(short(hazard.id), action, title, made, main=main)

    def _form(self, key: str, action: str, title: str, fields: Fields, *, main: bool) -> Html:
        """A form that opens under its title; after a fault it stands open with what was typed."""
        wrong = self.said.where == (key, action)
        hidden = {"hazard": key, "do": action, "key": secrets.token_urlsafe(12)}
        made = tag(
            "form",
            self.told() if wrong else None,
            *(tag("input", type="hidden", name=name, value=value) for name, value in hidden.items()),
            *fields,
            self._line("name", "reply-name", self.said.name, type="text", maxlength=NAME_MAX),
            self._line("tel", "reply-phone", self.said.phone, type="tel", maxlength=20),
            tag("button", self.t(f"reply-send-{action}"), type="submit"),
            method="post",
            action=f"{self.token}?lang={self.lang}#h-{key}",
            enctype="multipart/form-data" if action in WITH_FILES else None,
        )
        look = "main" if main else "grave" if action == "hand_back" else None
        return tag("details", tag("summary", title), made, class_=look, open=wrong)

    def _line(self, name: str, key: str, known: str, **attributes: str | int | bool | None) -> Html:
        value = self.said.typed.get(name) or known
        made = tag("input", name=name, value=value, autocomplete=name, required=True, **attributes)
        return tag("label", self.t(key), made)

    def _typed(self, hazard: ShownHazard, action: str, name: str) -> str:
        wrong = self.said.where == (short(hazard.id), action)
        return self.said.typed.get(name, "") if wrong else ""

    def _area(self, hazard: ShownHazard, action: str, name: str, key: str, former: str = "") -> Html:
        known = self._typed(hazard, action, name) or former
        return tag("label", self.t(key), tag("textarea", known, name=name, rows=2))

    def _photo_fields(self) -> Fields:
        """A camera, which takes one at a time, and an album, which gives several."""
        rule = self.t("reply-photo-rule", most=PHOTOS_MAX, size=PHOTO_MB)
        camera = tag("input", type="file", name="photos", accept="image/*", capture="environment")
        album = tag("input", type="file", name="photos", accept="image/*", multiple=True)
        return (
            tag("label", self.t("reply-camera"), camera),
            tag("label", self.t("reply-album"), album),
            tag("p", rule, class_="soft"),
        )

    def _fix_fields(self, hazard: ShownHazard, action: str) -> Fields:
        return (*self._photo_fields(), self._area(hazard, action, "note", "reply-note"))

    def _comment_fields(self, hazard: ShownHazard, action: str) -> Fields:
        return (self._area(hazard, action, "said", "reply-said"), *self._photo_fields())

    def _commit_fields(self, hazard: ShownHazard, action: str) -> Fields:
        """The five that are still to be settled; once they are, they stand there to be changed."""
        settled = dict(hazard.five)
        if settled.keys() & set(ASKED):
            areas = [
                self._area(hazard, action, each, f"ask-five-{each}", settled.get(each, "")) for each in ASKED
            ]
            return (*areas, self._area(hazard, action, "reason", "reply-reason-changed"))
        made: list[Html | None] = [self._area(hazard, action, MEASURES, f"ask-five-{MEASURES}")]
        for item, names in PICKED.items():
            offered = [(name, self.t(f"five-{item}-{name}")) for name in names]
            made += [
                tag("p", self.t(f"ask-five-{item}"), class_="label"),
                *self._picks(f"{item}_pick", offered, self._typed(hazard, action, f"{item}_pick")),
                self._area(hazard, action, item, "reply-own"),
            ]
        return tuple(made)

    def _picks(self, name: str, offered: list[tuple[str, str]], chosen: str) -> Fields:
        return tuple(
            tag(
                "label",
                tag("input", type="radio", name=name, value=value, checked=value == chosen),
                label,
                class_="pick",
            )
            for value, label in offered
        )

    def _reason_fields(self, hazard: ShownHazard, action: str) -> Fields:
        prefix, names = REASONS[action]
        offered = [(name, self.t(f"{prefix}-{name}")) for name in names]
        return (
            tag("p", self.t("reply-reason"), class_="label"),
            *self._picks("why", offered, self._typed(hazard, action, "why")),
            self._area(hazard, action, "reason", "reply-reason-own"),
        )

    def _extension_fields(self, hazard: ShownHazard, action: str) -> Fields:
        assert hazard.due_at is not None
        local = self.policy.local(hazard.due_at).date()
        offered = [
            (str(days), self.t("extend-by", days=days, on=day(local + timedelta(days=days))))
            for days in LATER
        ]
        own = tag("input", type="date", name="date", value=self._typed(hazard, action, "date"))
        return (
            tag("p", self.t("reply-until"), class_="label"),
            *self._picks("until", offered, self._typed(hazard, action, "until")),
            tag("label", self.t("reply-until-own"), own),
            *self._reason_fields(hazard, action),
        )
