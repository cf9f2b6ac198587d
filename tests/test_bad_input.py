"""Whatever is sent at whichever question: one clear sentence, the question still open, nothing lost or stored."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, func, select

from bot.db import Database
from bot.house import House
from handlers.context import MAX_FILE
from handlers.conversations import FORMS
from handlers.dispatch import Handled
from handlers.forms import REVIEW
from handlers.inbound import FileRef, Inbound, Place
from models import hazard_flow as flow
from models import lookback
from models.assignment import assign_hazard
from models.base import short
from models.drafts import ACTIVE, Draft
from models.files import Attachment, File
from models.hazard_reports import HazardReport
from models.hazards import Hazard
from models.people import Person, person_actor
from models.policy import Policy
from models.units import Unit
from tests.chat import web_town
from tests.county import NOW, County
from tests.hazard_chats import ON_POSTGRESQL, ON_SQLITE

TABLES = (Hazard, File, Attachment, Unit)
LONG = 10_000
HTML = '<b onclick="x">&amp;</b><i>1</i>'
EMOJI = "🔥👨‍👩‍👧‍👦🇨🇳🧯"
PHOTO = FileRef("photo", "photo", "photo", size=1000, mime="image/jpeg")
CAPTION = "彭店镇烧烤店液化气罐和明火在一个屋"


@dataclass
class Chat:
    """One person's chat, straight into dispatch: no channel, no delivery."""

    house: House
    county: County
    who: str
    count: int = field(default=0)

    def send(self, kind: str = "text", **values: Any) -> Handled:
        """One event in its transaction; a fault of ours would be raised."""
        self.count += 1
        now = self.house.clock.now()
        event = Inbound(
            "web",
            f"{self.who}{self.count}",
            self.who,
            kind,
            self.who,
            now,
            **values,  # type: ignore[arg-type]
        )
        return self.house.db.run_now(lambda session: self.house.dispatcher.handle(session, event, now))

    def says(self, *said: str) -> Handled:
        """Type, one after the other."""
        for each in said:
            handled = self.send(text=each)
        return handled

    def draft(self) -> Draft:
        """The open form."""
        query = select(Draft).where(Draft.address == self.who, Draft.status == ACTIVE)
        return self.house.db.read_now(lambda session: session.exec(query).one())

    def counts(self) -> list[int]:
        """How much is stored of what a form may store."""

        def look(session: Session) -> list[int]:
            return [session.exec(select(func.count()).select_from(table)).one() for table in TABLES]

        return self.house.db.read_now(look)


# How to come to each question


def open_report(chat: Chat, answers: int) -> None:
    """A report with that many questions answered."""
    said = [
        "彭店镇",
        "刘拐村东头",
        "老街早点铺",
        "燃气",
        "爆炸",
        "气罐和明火在一个屋",
        "",
        "跳过",
        "没有",
        "一般",
    ]
    chat.says("上报")
    for each in said[:answers]:
        if each:
            chat.says(each)
        else:
            chat.send("photo", files=(PHOTO,))
            chat.says("发完了")


def open_reason(chat: Chat) -> None:
    """A report at the question why there is no photo."""
    open_report(chat, 6)
    chat.says("不便拍照")


def open_office_form(chat: Chat, verb: str, *said: str) -> None:
    """A form about a hazard that is as far as this form needs it, with these answers given."""
    hazard_id = chat.house.db.run_now(lambda session: _hazard(session, chat.county, verb))
    chat.send("tap", data=f"a:{verb}:{short(hazard_id)}", tap_id="t")
    for each in said:
        if each:
            chat.says(each)
        else:
            chat.send("photo", files=(PHOTO,))


def _hazard(session: Session, county: County, verb: str) -> int:
    common: dict[str, Any] = {"now": NOW, "policy": Policy()}

    def by(person: Person) -> Any:
        return person_actor(session, person=person, channel="web")

    made = HazardReport("411024108229", "gas", "explosion", "气罐和明火", no_photo_reason="不便")
    hazard = flow.submit_report(session, by=by(county.grid_worker), report=made, **common)
    if verb in ("reject", "grade", "mark_duplicate", "transfer", "comment"):
        return hazard.id
    office, owner = by(county.office), by(county.responsible)
    major = {"criterion_id": "GAS-9-1@2023-09-21", "reason": "现场"} if verb in ("five", "supervise") else {}
    level = "major" if major else "general"
    hazard = flow.verify_hazard(session, by=office, hazard=hazard, level=level, **major, **common)
    if verb in ("assign", "suspend", "supervise"):
        return hazard.id
    due_at = NOW + timedelta(days=7)
    to = county.responsible.id
    hazard = assign_hazard(session, by=office, hazard=hazard, owner_id=to, due_at=due_at, **common)
    if verb in ("fail", "pass_lookback", "reopen", "not_fixed"):
        flow.submit_fix(session, by=owner, hazard=hazard, note="", photo_ids=[1], **common)
    if verb in ("pass_lookback", "reopen", "not_fixed"):
        flow.pass_recheck(session, by=office, hazard=hazard, **common)
        flow.close_hazard(session, by=office, hazard=hazard, **common)
        lookback.start_lookback(session, by=office, hazard=hazard, **common)
    return hazard.id


@dataclass(frozen=True)
class Question:
    """A question, how to come to it, and how it refuses words that are no answer."""

    name: str
    who: str
    come: Callable[[Chat], None]
    words: str
    length: str = "too-long"
    empty: str = "text-empty"
    free: bool = False
    wants_photo: bool = False
    has_photos: bool = True
    has_place: bool = False


def _report(name: str, answers: int, words: str, length: str = "too-long", **more: Any) -> Question:
    return Question(
        f"hazard-{name}",
        "grid_worker",
        lambda chat: open_report(chat, answers),
        words,
        length,
        has_place=True,
        **more,
    )


def _chosen(name: str, answers: int) -> Question:
    return _report(name, answers, "form-choose", "form-choose", empty="form-choose")


def _office(name: str, verb: str, words: str, *said: str, who: str = "office", **more: Any) -> Question:
    photos = bool(more.pop("has_photos", False))
    return Question(
        name, who, lambda chat: open_office_form(chat, verb, *said), words, has_photos=photos, **more
    )


QUESTIONS = (
    _report("area", 0, "area-unknown"),
    _report("address", 1, "", free=True),
    _report("unit", 2, "", free=True),
    _report("sector", 3, "form-choose"),
    _report("kind", 4, "form-choose"),
    _report("description", 5, "", free=True),
    _report("photos", 6, "form-need-photo", "form-need-photo", empty="form-need-photo", wants_photo=True),
    Question("hazard-no_photo_reason", "grid_worker", open_reason, "", free=True, has_place=True),
    _report("location", 7, "place-unclear"),
    _chosen("spot_fixed", 8),
    _chosen("suspected", 9),
    _report("review", 10, "form-review-words", "form-review-words", empty="form-review-words"),
    _office("assign-to", "assign", "assign-unknown"),
    _office("assign-owner", "assign", "person-unknown", "县城管局(燃气办)"),
    _office("assign-deadline", "assign", "date-unknown", "县城管局(燃气办)", "刘洋"),
    _office(
        "assign-review",
        "assign",
        "form-review-words",
        "县城管局(燃气办)",
        "刘洋",
        "7",
        length="form-review-words",
        empty="form-review-words",
    ),
    _office("reject-reason", "reject", "", free=True),
    _office("fail-reason", "fail", "", free=True),
    _office(
        "fix-photos",
        "fix",
        "form-need-photo",
        who="responsible",
        length="form-need-photo",
        empty="form-need-photo",
        wants_photo=True,
        has_photos=True,
    ),
    _office("grade-criterion", "grade", "criterion-not-found", length="too-long"),
    _office("grade-reason", "grade", "", "GAS-9-1", free=True),
    _office("assign-owner-again", "assign", "person-unknown", "彭店镇"),
    _office("five-measures", "five", "", who="responsible", free=True),
    _office("five-plan", "five", "", "换管道气", "3000", who="responsible", free=True),
    _office("extend-until", "extend", "date-unknown", who="responsible"),
    _office("extend-reason", "extend", "", "10-30", who="responsible", free=True),
    _office("hand_back-reason", "hand_back", "", who="responsible", free=True),
    _office("pass_on-to", "pass_on", "person-unknown", who="responsible"),
    _office("transfer-to", "transfer", "", free=True),
    _office("duplicate-of", "mark_duplicate", "hazard-unknown"),
    _office("suspend-reason", "suspend", "", free=True),
    _office("supervise-level", "supervise", "form-choose", length="form-choose", empty="form-choose"),
    _office("comment", "comment", "", free=True, has_photos=True),
    _office(
        "lookback-photos",
        "pass_lookback",
        "form-need-photo",
        length="form-need-photo",
        empty="form-need-photo",
        wants_photo=True,
        has_photos=True,
    ),
    _office("reopen-reason", "reopen", "", free=True, has_photos=True),
    _office("doubt-reason", "not_fixed", "", who="grid_worker", free=True),
    _office("fix-note", "fix", "", "", "发完了", who="responsible", free=True, has_photos=True),
)


def junk(asked: Question) -> list[tuple[str, dict[str, Any], str]]:
    """What is sent, and the sentence it is answered with."""
    big = FileRef("big", "big", "photo", size=MAX_FILE + 1)
    document = FileRef("a.exe", "a.exe", "document", size=2, name="a\x00.exe")
    huge = FileRef("b.pdf", "b.pdf", "document", size=21 * 1024 * 1024, name="b.pdf")
    no_file = "photo-not-file" if asked.wants_photo else "file-unexpected"
    sent = [
        ("voice", {}, "voice-unheard"),
        ("other", {}, "form-wrong-kind"),
        ("contact", {"text": "13800000001"}, "form-wrong-kind"),
        ("file", {"files": (document,)}, no_file),
        ("file", {"files": (huge,), "text": CAPTION}, no_file),
        ("photo", {"files": (big,)}, "file-too-big" if asked.has_photos else "form-wrong-kind"),
        ("photo", {"files": (PHOTO, big)}, "file-too-big" if asked.has_photos else "form-wrong-kind"),
        ("location", {"place": Place(0.0, 0.0)}, "place-outside" if asked.has_place else "form-wrong-kind"),
        ("text", {"text": "长" * LONG}, asked.length),
        ("text", {"text": "9" * LONG}, asked.length),
        ("text", {"text": "\x00\x07\u200b\u202e\u200d\ufe0f\n \ud83d"}, asked.empty),
        ("text", {"text": ""}, asked.empty),
    ]
    if not asked.free:
        sent += [("text", {"text": HTML}, asked.words), ("text", {"text": EMOJI}, asked.words)]
    return sent


def forged(draft: Draft) -> list[str]:
    """Values that no button of this message has."""
    form = f"f:{short(draft.id)}:{draft.state['seq']}"
    offered = len(draft.state["offered"])
    wrong = [
        f"{form}:{what}" for what in ("99", "9" * 5000, "e99", "e" + "9" * 5000, "zz", "-1", "", "²", "s:x")
    ]
    wrong.append(f"{form}:{offered}")
    wrong.append(f"{form}:s" if draft.state["at"] == REVIEW else f"{form}:ok")
    foreign = [
        f"f:{short(draft.id)}:{draft.state['seq'] - 1}:0",
        f"f:{short(draft.id + 1)}:1:ok",
        "f:::",
        "f:",
    ]
    return wrong + foreign


FOREIGN = (
    "",
    "a:see:zzzzzzzzzzzzz",
    "a:see:-1",
    "a:verify:1y2p0ij32e8e7:major",
    "a:list:open:zzzzzzzzzzzzz",
    "a:resume:zzzzzzzzzzzz",
    "a:ack:1",
    "a:withdraw:" + "9" * 500,
    "a:nothing",
    "c:nothing",
    "c:",
    "\x00",
    "\ud83d",
    "x" * 5000,
)


@pytest.fixture
def house(db: Database, county: County, tmp_path: Path) -> House:
    return web_town(db, county, tmp_path).house


def _refused(chat: Chat, handled: Handled, lang: str) -> tuple[str, str]:
    """The one sentence by its key, and the key of the question under it."""
    assert len(handled.replies) == 1
    reply = handled.replies[0]
    assert reply.lang == lang
    first, last = reply.body["lines"][0], reply.body["lines"][-1]
    said = chat.house.words.say(first, lang)
    chinese = any(unicodedata.name(letter, "").startswith("CJK UNIFIED") for letter in said)
    assert chinese == (lang == "zh-CN"), said
    assert len(said) < 200
    return first["k"], last["k"]


@ON_SQLITE
@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: asked.name)
def test_nothing_wrong_gets_in_and_nothing_right_is_lost(
    house: House, county: County, asked: Question
) -> None:
    chat = Chat(house, county, asked.who)
    asked.come(chat)
    before, stored = chat.draft(), chat.counts()
    at = before.state["at"]
    question = "form-review-ask" if at == REVIEW else FORMS[before.form].step(at).ask
    for lang in ("zh-CN", "en"):
        chat.says(f"/lang {lang}")
        for kind, values, key in junk(asked):
            refused = _refused(chat, chat.send(kind, **values), lang)
            assert refused[0] == key, (kind, values)
            assert refused[1] in (question, f"{question}-more")
        for data in forged(before):
            refused = _refused(chat, chat.send("tap", data=data, tap_id="t"), lang)
            assert refused[0] in ("form-old-button", "form-review-words"), data
            assert refused[1] in (question, f"{question}-more")
        for data in FOREIGN:
            handled = chat.send("tap", data=data, tap_id="t")
            assert _refused(chat, handled, lang)[0] in (
                "form-old-button",
                "hazard-unknown",
                "alarm-unknown",
                "not-allowed",
            ), data
            assert handled.toast is not None
    after = chat.draft()
    assert after.id == before.id
    assert (after.state["at"], after.state["answers"]) == (before.state["at"], before.state["answers"])
    assert chat.counts() == stored


@ON_POSTGRESQL
def test_forged_values_are_refused_by_the_other_engine_too(house: House, county: County) -> None:
    chat = Chat(house, county, "grid_worker")
    open_report(chat, 5)
    before = chat.draft()
    for data in (*forged(before), *FOREIGN):
        _refused(chat, chat.send("tap", data=data, tap_id="t"), "zh-CN")
    for said in ("\x00", "\x00气罐\x00倒在地上\ud83d"):
        chat.says(said)
    assert chat.draft().state["answers"]["description"]["v"] == "气罐倒在地上"


@ON_SQLITE
@pytest.mark.parametrize("said", [HTML + EMOJI, "\u202e倒过来\u202c㐂𠮷𱁬Ⅳ①" + "﷽" * 40])
@pytest.mark.parametrize("asked", [each for each in QUESTIONS if each.free], ids=lambda asked: asked.name)
def test_words_are_words_whatever_their_letters(
    house: House, county: County, asked: Question, said: str
) -> None:
    chat = Chat(house, county, asked.who)
    asked.come(chat)
    draft = chat.draft()
    name = draft.state["at"]
    handled = chat.says(said)
    kept = house.db.read_now(lambda session: session.get(Draft, (county.county, draft.id)))
    assert kept is not None
    answer = kept.state["answers"][name]["v"]
    plain = said.replace("\u202e", "").replace("\u202c", "")
    assert (answer["name"] if isinstance(answer, dict) else answer) == plain
    assert len(handled.replies) == 1


@ON_SQLITE
def test_a_slip_before_any_report_starts_nothing(house: House, county: County) -> None:
    chat = Chat(house, county, "grid_worker")
    for kind, values in (
        ("voice", {}),
        ("other", {}),
        ("contact", {}),
        ("file", {"files": (FileRef("b.pdf", "b.pdf", "document", size=MAX_FILE + 1),)}),
        ("photo", {"files": (FileRef("big", "big", "photo", size=MAX_FILE + 1),)}),
        ("location", {"place": Place(0.0, 0.0)}),
        ("text", {"text": "\x00"}),
        ("text", {"text": "9" * LONG}),
        ("text", {"text": "长" * LONG}),
    ):
        _refused(chat, chat.send(kind, **values), "zh-CN")
    assert house.db.read_now(lambda session: session.exec(select(Draft)).all()) == []
    assert chat.counts()[:3] == [0, 0, 0]


@ON_SQLITE
def test_dates_that_are_none(house: House, county: County) -> None:
    house.clock.forward(timedelta(days=520))  # 2028-02-29 is over: the next is in a year that has none
    chat = Chat(house, county, "office")
    open_office_form(chat, "assign", "县城管局(燃气办)", "刘洋")
    for said in ("2-29", "13-1", "0-0", "2028-02-30", "0000-1-1", "后天吧", "-3", "1e3", "10-15-20", "99999"):
        assert _refused(chat, chat.says(said), "zh-CN")[0] == "date-unknown"
    assert _refused(chat, chat.says("2028-02-29"), "zh-CN")[0] == "deadline-past"
    assert _refused(chat, chat.says("999"), "zh-CN")[0] == "deadline-far"


@ON_SQLITE
def test_dates_as_people_write_them(house: House, county: County) -> None:
    chat = Chat(house, county, "office")
    open_office_form(chat, "assign", "县城管局(燃气办)", "刘洋")
    for said, day in {
        "5": "2026-10-03",
        "1": "2026-09-29",
        "７": "2026-10-05",
        "7天": "2026-10-05",
        "10-15": "2026-10-15",
        "10月15日": "2026-10-15",
        "9-1": "2027-09-01",
        "2027/1/2": "2027-01-02",
        "明天": "2026-09-29",
    }.items():
        chat.says(said)
        draft = chat.draft()
        assert draft.state["at"] == REVIEW
        assert draft.state["answers"]["deadline"]["v"] == f"{day}T18:00:00+08:00"
        chat.says("上一步")
