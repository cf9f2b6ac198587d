"""What people read: both languages say the same, every key used is there, every key there is used."""

import ast
import re
from typing import get_args, get_type_hints
from zoneinfo import ZoneInfo

import pytest

from bot.cli import checks
from bot.cli.duty import COLUMNS as DRAW_COLUMNS
from bot.cli.outbox import COLUMNS as OUTBOX_COLUMNS
from bot.cli.rosters import COLUMNS as ROTA_COLUMNS
from bot.people_template import NOTES as PEOPLE_NOTES
from bot.web.chats import PAGE_WORDS
from bot.web.reply_forms import ACCEPT_ALL
from bot.web.reply_posts import DO
from bot.words import LANGUAGES, Words
from handlers import words
from handlers.commands import COMMANDS
from handlers.commands import LANGUAGES as OFFERED_LANGUAGES
from handlers.conversations import FORMS
from handlers.duty_post_forms import ASKS
from handlers.hazard_actions import _MORE
from handlers.hazard_forms import REASON_FORMS
from handlers.hazard_photos import KINDS as PHOTO_KINDS
from handlers.inbound import Place
from handlers.incident_forms import SOURCES
from handlers.measure_forms import ASKED
from handlers.swap_forms import ALL, EXCHANGE, ONE
from handlers.violation_forms import REASONS
from models import incident_grade, incident_report, incidents
from models.audit_check import FAULTS
from models.commitments import FIVE
from models.duty import DUTY_LEVELS, DUTY_ROLES
from models.duty_log import LOG_KINDS
from models.handovers import ITEMS
from models.hazard_cards import _NEXT
from models.hazard_lists import NARROWED, PLAIN, SECTOR, TOWN, UNIT
from models.hazard_notices import _TO_OWNER
from models.hazard_states import STATES, TRANSITIONS
from models.outbox import PRIORITY
from models.people import ROLES
from models.period_checks import UNITS
from models.period_lines import COLUMNS as SUMMARY_COLUMNS
from models.roster_template import NOTES as ROSTER_NOTES
from models.rota_people import EVERYONE, LEADERS, OF_UNIT, OFFICERS
from models.sectors import KINDS, LEVELS, SECTORS
from models.spot_checks import PHOTO_FLAGS
from models.supervision import SUPERVISED_BY
from models.text import text
from models.timeline import HAPPENED
from models.violations import EXCUSED, UPHELD
from models.violations import KINDS as VIOLATION_KINDS
from models.violations import STATES as VIOLATION_STATES
from tests.texts import (
    PLACEABLE,
    SHAPE,
    Use,
    half_width,
    named,
    read_language,
    read_resource,
    samples,
    sources,
    strings,
)

TEXTS = {lang: read_language(lang) for lang in LANGUAGES}
KNOWN = TEXTS["zh-CN"]
CODE = sources("bot", "handlers", "models")
USES = [use for path, tree in CODE.items() for use in named(path, tree)]
STRINGS = [(path, line, said) for path, tree in CODE.items() for line, said in strings(tree)]


def _members(template: str, *names: str) -> set[str]:
    return {template.replace("{}", name) for name in names}


def _check_names() -> set[str]:
    """The checks of `zhishou check` by their names in its source, and the headings of its table."""
    found = {column for column in checks._COLUMNS if column != "sign"}
    for node in ast.walk(CODE["bot/cli/checks.py"]):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Check", "_check_port"):
            found |= {arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant)}
    return found


STEPS = [step for form in FORMS.values() for step in form.steps]
LISTED = [command.name for command in COMMANDS.values() if command.listed]
SAID_BY_TABLE = {
    "sector",
    "kind",
    "spot_fixed",
    "suspected",
    "reason",
    "covert",
    "funds",
    "plan",
    "level",
}  # steps with the same choices for all
CHOICES = {
    choice.label["k"]
    for step in STEPS
    if step.name in SAID_BY_TABLE and step.choices
    for choice in step.choices(None, {})  # type: ignore[arg-type]
}
REPORTER_ALSO = (
    *("failed", "regraded", "extended", "supervised", "delisted", "suspended", "resumed"),
    *("taken-back", "reopened"),
)  # what the reporter hears of besides the new state
# A key put together in code: its template, and every key it can come to, from the table that decides it.
FAMILIES: dict[str, set[str]] = {
    "{}-{}": CHOICES,
    "{}-more": {f"{step.ask}-more" for step in STEPS if step.many},
    "{}-name": {f"{step.ask}-name" for step in STEPS},
    "ask-five-{}": _members("ask-five-{}", *ASKED),
    "ask-{}-photos": {step.ask for step in STEPS if step.name == "photos"} - {"ask-photos"},
    "ask-{}-reason": {step.ask for step in STEPS if step.name == "reason"} - {"ask-five-reason"},
    "button-{}": _members(
        "button-{}",
        *(action for rows in _NEXT.values() for row in rows for action in row),
        *_MORE.values(),
        *("further", "see", "accept", "fix"),
        "lower",
    ),
    "commitment-{}": _members("commitment-{}", *FIVE),
    "five-{}-{}": {key for key in CHOICES if key.startswith("five-")},
    "hazard-listed-{}": _members("hazard-listed-{}", *SUPERVISED_BY),
    "supervised-{}": _members("supervised-{}", *SUPERVISED_BY),
    "{}-done": _members("{}-done", *REASON_FORMS),
    "audit-fault-{}": _members("audit-fault-{}", *FAULTS),
    "channel-{}": _members("channel-{}", "telegram", "wecom", "web"),
    "check-{}": _members("check-{}", *_check_names()),
    "cli-draw-{}": _members("cli-draw-{}", *DRAW_COLUMNS),
    "decide-{}": _members("decide-{}", *(name for names in REASONS.values() for name in names)),
    "photo-flag-{}": _members("photo-flag-{}", *PHOTO_FLAGS),
    "reports-by-{}": _members("reports-by-{}", *UNITS),
    "summary-column-{}": _members("summary-column-{}", *SUMMARY_COLUMNS),
    "violation-kind-{}": _members("violation-kind-{}", *VIOLATION_KINDS),
    "violation-state-{}": _members("violation-state-{}", *VIOLATION_STATES),
    "violation-told-{}": _members("violation-told-{}", UPHELD, EXCUSED),
    "cli-outbox-{}": _members("cli-outbox-{}", *OUTBOX_COLUMNS),
    "did-{}": _members(
        "did-{}",
        *("report", "remind", "comment", "follow", "draft_notice", "sign_notice", "discard_notice"),
        *("make_link", "revoke_link"),
        *(each.action for each in TRANSITIONS),
    ),
    "duty-asks-{}": _members("duty-asks-{}", "both", "place", "photo"),
    "duty-level-{}": _members("duty-level-{}", *DUTY_LEVELS),
    "duty-nobody-{}": _members("duty-nobody-{}", *DUTY_ROLES),
    "duty-role-{}": _members("duty-role-{}", *DUTY_ROLES),
    "form-kept-{}": _members("form-kept-{}", *(step.catches for step in STEPS if step.catches)),
    "form-name-{}": _members("form-name-{}", *FORMS),
    "form-review-{}": _members("form-review-{}", *(form.name for form in FORMS.values() if form.review)),
    "ask-handover-{}": _members("ask-handover-{}", *ITEMS),
    "handover-item-{}": _members("handover-item-{}", *ITEMS),
    "happened-{}": _members("happened-{}", *HAPPENED),
    "help-{}": _members("help-{}", *LISTED),
    "kind-{}": _members("kind-{}", *KINDS),
    "lang-{}": _members("lang-{}", *OFFERED_LANGUAGES),
    "level-{}": _members("level-{}", *LEVELS, "suspected", "ungraded"),
    "log-kind-{}": _members("log-kind-{}", *LOG_KINDS),
    "cli-rota-{}": _members("cli-rota-{}", *ROTA_COLUMNS),
    "list-name-{}": _members("list-name-{}", *PLAIN),
    "list-only-{}": _members("list-only-{}", *NARROWED),
    "photos-{}": _members("photos-{}", *PHOTO_KINDS),
    "pick-{}": _members("pick-{}", TOWN, SECTOR, UNIT),
    "pick-{}-head": _members("pick-{}-head", TOWN, SECTOR, UNIT),
    "menu-{}": _members("menu-{}", *LISTED),
    "message-kind-{}": _members("message-kind-{}", *PRIORITY),
    "message-state-{}": _members(
        "message-state-{}",
        *("pending", "held", "sending", "sent", "delivered", "read", "failed", "cancelled"),
    ),
    "owner-{}": _members("owner-{}", *(name for name in _TO_OWNER if name != "relieved")),
    "people-note-{}": {note["k"] for note in PEOPLE_NOTES},
    "place-{}": _members("place-{}", *get_args(get_type_hints(Place)["source"])),
    "post-asks-{}": _members("post-asks-{}", *ASKS),
    "reply-do-{}": _members("reply-do-{}", *DO),
    "reply-done-{}": _members("reply-done-{}", *DO, ACCEPT_ALL),
    "reply-level-{}": _members("reply-level-{}", *LEVELS),
    "reply-send-{}": _members("reply-send-{}", *DO, ACCEPT_ALL),
    "reply-waits-{}": _members("reply-waits-{}", "submitted", "passed", "closed"),
    "reporter-{}": _members("reporter-{}", *STATES, *REPORTER_ALSO),
    "role-{}": _members("role-{}", *ROLES),
    "rota-group-{}": _members("rota-group-{}", LEADERS, OFFICERS, EVERYONE, OF_UNIT),
    "roster-note-{}": {note["k"] for note in ROSTER_NOTES},
    "sector-{}": _members("sector-{}", *SECTORS),
    "spot-{}": _members("spot-{}", "no", "yes"),
    "state-{}": _members("state-{}", *STATES),
    "swap-how-{}": _members("swap-how-{}", ONE, EXCHANGE, ALL),
    "suspected-{}": _members("suspected-{}", "general", "major", "unsure"),
    "web-{}": _members("web-{}", *PAGE_WORDS),
}
_GRADES, _KINDS = incident_grade.GRADES, incidents.KINDS
FAMILIES |= {
    "add-{}": _members("add-{}", "done", "casualties", "loss", "occurred", "photos", "place"),
    "button-clock-{}": _members("button-clock-{}", "phone", "written", "follow_up"),
    "button-stage-{}": _members("button-stage-{}", "first", "follow_up"),
    "casualties-{}": _members("casualties-{}", "none", "unknown", "each"),
    "clock-{}": _members("clock-{}", "phone", "written", "follow_up"),
    "clock-to-{}": _members("clock-to-{}", "county", "city", "province"),
    "count-{}": _members("count-{}", *incident_grade.PEOPLE),
    "doc-{}": _members("doc-{}", *incident_grade.PEOPLE),
    "doc-grade-{}": _members("doc-grade-{}", *_GRADES),
    "doc-kind-{}": _members("doc-kind-{}", *_KINDS),
    "doc-unsure-{}": _members("doc-unsure-{}", "dead", "injured", "missing", "trapped"),
    "unsure-{}": _members("unsure-{}", "dead", "injured", "missing", "trapped"),
    "doc-stage-{}": _members("doc-stage-{}", *incident_report.STAGES),
    "fact-{}": _members("fact-{}", *incidents.FACTS),
    "false-{}": _members("false-{}", "untrue", "drill", "mistake"),
    "grade-{}": _members("grade-{}", *_GRADES),
    "incident-did-{}": _members(
        "incident-did-{}",
        *("report", "note", "add", "casualties", "casualties_late", "handling", "clock_done", "text"),
        *("clock_corrected", "clock_over", "no_change", "final", "false_alarm", "merge", "merge_in"),
    ),
    "incident-kind-{}": _members("incident-kind-{}", *_KINDS),
    "incident-state-{}": _members("incident-state-{}", *incidents.STATES),
    "incident-which-{}": _members("incident-which-{}", "incident", "hazard"),
    "incidents-{}-head": _members("incidents-{}-head", "open", "all"),
    "incidents-{}-none": _members("incidents-{}-none", "open", "all"),
    "source-{}": _members("source-{}", *SOURCES),
    "stage-{}": _members("stage-{}", *incident_report.STAGES),
}
# Words of the machine that look like a key.
NO_TEXTS = {"demo-data", "handed-over", "roster-changed", "handed-back", "passed-on"}


def keys_of(use: Use) -> set[str]:
    """The keys that a use can come to."""
    if not use.is_family:
        return {use.key}
    assert use.key in FAMILIES, f"{use.where}: which keys can {use.key} come to? Write it into FAMILIES"
    return FAMILIES[use.key]


def test_both_languages_say_the_same() -> None:
    shapes = {
        lang: {key: (message.file, message.shows) for key, message in texts.items()}
        for lang, texts in TEXTS.items()
    }
    assert shapes["en"] == shapes["zh-CN"]


def test_a_broken_or_repeated_text_is_refused() -> None:
    for source in ("a = { $x", "a = 1\na = 2", "a =\n    .title = x"):
        with pytest.raises(AssertionError):
            read_resource("x.ftl", source)
    message = read_resource("x.ftl", "a = { $n ->\n    [0] no\n   *[other] { $n } of { $m }\n    }")["a"]
    assert message.shows == {"n", "m"}
    assert message.variants == ("no", f"{PLACEABLE} of {PLACEABLE}")


def test_every_key_in_the_code_is_there() -> None:
    assert len(USES) > 400
    assert {(use.where, key) for use in USES for key in keys_of(use) if key not in KNOWN} == set()


def test_every_family_is_there_and_still_used() -> None:
    assert {key for members in FAMILIES.values() for key in members} - KNOWN.keys() == set()
    assert FAMILIES.keys() - {said for _, _, said in STRINGS} == set()


def test_every_text_gets_what_it_shows() -> None:
    short_of = {
        (use.where, key): KNOWN[key].shows - use.given
        for use in USES
        if use.given is not None
        for key in keys_of(use)
        if key in KNOWN and not KNOWN[key].shows <= use.given
    }
    assert short_of == {}


def test_the_questions_of_forms_show_only_what_they_are_given() -> None:
    for step in STEPS:
        assert KNOWN[step.ask].shows <= ({"most"} if step.many else set()), step.ask
        assert not KNOWN[f"{step.ask}-name"].shows, step.ask


def test_no_text_is_left_over() -> None:
    said = {said for _, _, said in STRINGS}
    made = {key for members in FAMILIES.values() for key in members}
    assert KNOWN.keys() - said - made == set()


def test_no_key_put_together_in_code_means_something_else_as_well() -> None:
    """A family's member used as an error's key too would one day be shown for the wrong thing."""
    errors = {
        use.key
        for path, tree in CODE.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise) and node.exc
        for use in named(path, ast.Module([ast.Expr(node.exc)], []))
    }
    made = {key for members in FAMILIES.values() for key in members}
    assert "photos-too-many" in errors
    assert errors & made == set()


def test_whatever_looks_like_a_key_is_one() -> None:
    """A mistyped key in a table, which no call shows: it begins like a text, but no text is called so."""
    beginnings = {key.partition("-")[0] for key in KNOWN}
    endings = {key[place.end() :] for key in KNOWN for place in re.finditer("-", key)}
    strange = {
        (f"{path}:{line}", said)
        for path, line, said in STRINGS
        if not path.startswith(("bot/web/", "bot/telegram/", "bot/d"))
        and SHAPE.fullmatch(said)
        and said.partition("-")[0] in beginnings
        and said not in KNOWN.keys() | endings | NO_TEXTS
    }
    assert strange == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_can_be_said(lang: str) -> None:
    said = Words(ZoneInfo("Asia/Shanghai"))
    for key, message in TEXTS[lang].items():
        for value in (0, 1, 5, "某某"):
            shown = said.say(text(key, **samples(message, value)), lang)
            assert shown.strip() == shown, key
            assert shown, key
            assert len(shown) <= 4096, key


@pytest.mark.parametrize(
    ("minutes", "chinese", "english"),
    [
        (0, "0 分钟", "0 min"),
        (59, "59 分钟", "59 min"),
        (60, "1 小时", "1 h"),
        (95, "1 小时 35 分钟", "1 h 35 min"),
        (2879, "47 小时 59 分钟", "47 h 59 min"),
        (2880, "2 天", "2 d"),
        (4501, "3 天 3 小时", "3 d 3 h"),
    ],
)
def test_long_times_are_said_in_hours_and_days(minutes: int, chinese: str, english: str) -> None:
    said = Words(ZoneInfo("Asia/Shanghai"))
    shown = text("alarm-again", minutes=minutes)
    assert said.say(shown, "zh-CN") == f"🚨 告警已过 {chinese}，仍无人应答"
    assert said.say(shown, "en") == f"🚨 Alarm unanswered for {english}"


FULL_WIDTH = re.compile("[，。；：？！（）、“”]")


def test_chinese_marks_are_full_width() -> None:
    found = {key: half_width(said) for key, text in KNOWN.items() for said in text.variants}
    assert {key: marks for key, marks in found.items() if marks} == {}
    assert half_width("姓名:王芳") == ["名:"]
    assert half_width("写成 08:00，或 https://t.me") == []


def test_english_marks_are_half_width() -> None:
    found = {
        key: FULL_WIDTH.findall(said.replace('"、"', ""))  # how names are parted in a table
        for key, text in TEXTS["en"].items()
        for said in text.variants
        if not re.search("[\u4e00-\u9fff]", said)
    }
    assert {key: marks for key, marks in found.items() if marks} == {}


TO_SEND = {"zh-CN": re.compile("(?:发送?|回复)“(.+?)”"), "en": re.compile('(?:[Ss]end|reply) "(.+?)"')}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_words_people_are_told_to_send_are_understood(lang: str) -> None:
    told = {
        word: key
        for key, message in TEXTS[lang].items()
        for said in message.variants
        for word in TO_SEND[lang].findall(said)
    }
    assert len(told) >= 6
    understood = {word for word in told if (words.command(word) or ("",))[0] in COMMANDS}
    assert {word: key for word, key in told.items() if word not in understood} == {}
