"""One inbound event, in one transaction: known or not, tap or words, into the right hands."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session, col, update

from handlers import actions, commands, duty_who, incident, words
from handlers.answers import areas
from handlers.context import Body, Context
from handlers.conversations import feed, open_form
from handlers.duty import take_place
from handlers.files import take_file
from handlers.forms import REVIEW, Answers, wanted
from handlers.hazard_form import HAZARD, start_answers
from handlers.inbound import Inbound
from handlers.intake import from_sentence, looks_like_a_report
from handlers.mine import asked_of_mine
from handlers.spot import take_proof
from handlers.strangers import Said, group, language_of, stranger
from handlers.typed_buttons import tapped, typed_button
from handlers.unclear import unclear
from models.arrivals import Arrival, EventKey, Sender, arrivals
from models.base import UserError, new_id, savepoint
from models.hazard_states import MAY_REPORT
from models.inbox import take_event
from models.outbox import LEASE, QUEUED, REPLY, Outgoing, replace_unsent, reply_for_replay, store_reply
from models.people import Account, disable_account
from models.policy import Policy
from models.text import Part, content, text

Say = Callable[[Part, str], str]
ALBUM_PAUSE = timedelta(milliseconds=900)  # an album's photos come one by one; they are answered once
_SEEN_EVERY = timedelta(hours=1)
_AHEAD = "ahead"  # in a session's info: what was looked up for events still to be handled


@dataclass
class Handled:
    """What handling an event left to do: the replies (stored, leased to this worker) and the tap's toast."""

    replies: list[Outgoing] = field(default_factory=list)
    direct: Outgoing | None = None
    toast: Part | None = None
    lang: str = "zh-CN"
    repeated: bool = False
    wake: bool = False
    menu: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dispatcher:
    """Handles events for one county. `say` renders a text in a language; replies are leased to `worker`."""

    county: str
    policy: Policy
    say: Say
    worker: str
    lease: timedelta = LEASE

    def handle(self, session: Session, inbound: Inbound, now: datetime, *, direct: bool = False) -> Handled:
        """Take one event. Twice the same event changes nothing and gives the same replies again."""
        reply_id = new_id()
        event = {"county": self.county, "channel": inbound.channel, "event_id": inbound.event_id}
        found = self._find(session, inbound)
        if found.taken:
            return self._replay(session, found.reply_id)
        take_event(session, **event, now=now, reply_id=reply_id)
        if inbound.group is not None:
            said = group(session, inbound, now, self.county, self._context)
        elif found.sender.person_id is None:
            said = stranger(session, inbound, now, self.county, self._context)
        else:
            said = self._known(session, inbound, now, found.sender)
        person_id = found.sender.person_id if inbound.group is None else None
        return self._store(session, inbound, now, said, direct, reply_id, person_id)

    def look_ahead(self, session: Session, inbounds: Sequence[Inbound]) -> None:
        """Look up at once what all these events need first; `handle` finds it in the session."""
        keys = map(_key, inbounds)
        session.info.setdefault(_AHEAD, {}).update(arrivals(session, county=self.county, events=keys))

    def _find(self, session: Session, inbound: Inbound) -> Arrival:
        """Whether the event was taken before, who sent it, and what is open in the chat."""
        key = _key(inbound)
        if key not in session.info.get(_AHEAD, ()):
            self.look_ahead(session, [inbound])
        found: Arrival = session.info[_AHEAD].pop(key)
        return found

    def _replay(self, session: Session, reply_id: int | None) -> Handled:
        """What an event brought before: delivery has it, unless the webhook's answer was to carry it."""
        reply = reply_for_replay(session, county=self.county, message_id=reply_id) if reply_id else None
        return Handled(direct=reply, repeated=True, lang=reply.lang if reply else "zh-CN")

    def _known(self, session: Session, inbound: Inbound, now: datetime, found: Sender) -> Said:
        if not found.person_active:
            return Said([content(text("person-inactive"))], lang=found.lang)
        if inbound.kind == "left":
            disable_account(
                session, county=self.county, channel=inbound.channel, address=inbound.address, reason="left"
            )
            return Said([])
        assert found.person_id is not None
        self._seen(session, inbound, now, found)
        ctx = self._context(session, inbound, now, found.person_id, found.name, found.lang, found.home)
        ctx.grants = found.grants
        ctx.may_be_open, ctx.may_be_parked = found.draft_id is not None, found.parked
        if found.draft_id is not None and _for_the_form(inbound, found.form, found.state["at"]):
            self._feed(ctx, found)
        else:
            self._guarded(ctx, lambda: self._route(ctx, found))
        if ctx.toast is None and inbound.kind == "tap" and not ctx.replies:
            ctx.toast = text("tap-taken")
        return Said(ctx.replies, ctx.toast, ctx.lang, ctx.menu)

    def _seen(self, session: Session, inbound: Inbound, now: datetime, found: Sender) -> None:
        if not found.active or found.seen_at is None or now - found.seen_at > _SEEN_EVERY:
            session.execute(
                update(Account)
                .where(
                    col(Account.county) == self.county,
                    col(Account.channel) == inbound.channel,
                    col(Account.address) == inbound.address,
                )
                .values(active=True, reason="", seen_at=now)
            )

    def _guarded(self, ctx: Context, work: Callable[[], None]) -> None:
        """Run it; what a person did wrong undoes its half-done work and becomes one sentence to them."""
        try:
            with savepoint(ctx.session):
                work()
        except UserError as error:
            ctx.replies = [content(text(error.key, **error.params))]
            ctx.toast = text(error.key, **error.params) if ctx.inbound.kind == "tap" else None

    def _route(self, ctx: Context, found: Sender) -> None:
        inbound = ctx.inbound
        command = words.command(inbound.text) if inbound.kind == "text" else None
        if inbound.kind == "tap":
            self._tap(ctx)
        elif command is not None:
            commands.run(ctx, *command)
        elif inbound.kind == "file" and take_file(ctx):
            return
        elif inbound.kind == "file" and found.draft_id is not None:
            self._feed(ctx, found)
        else:
            self._unasked(ctx)

    def _tap(self, ctx: Context) -> None:
        data = ctx.inbound.data
        if data.startswith("c:"):
            _, name, *rest = data.split(":")
            commands.run(ctx, name, ":".join(rest))
        else:
            actions.act(ctx, data)

    def _typed_button(self, ctx: Context) -> bool:
        """Words on a button of a message sent lately; what a tap would show as a toast is said."""
        value = typed_button(ctx)
        if value:
            tapped(ctx, value)
            self._tap(ctx)
            if not ctx.replies:
                ctx.reply(content(ctx.toast or text("tap-taken")))
        return value is not None

    def _feed(self, ctx: Context, found: Sender) -> None:
        """One step of the open form. It stores nothing before it is sure, so it needs no savepoint."""
        assert found.draft_id is not None
        try:
            feed(ctx, found.draft_id, found.form, found.form_version, found.state, found.row_version)
        except UserError as error:
            ctx.replies = [content(text(error.key, **error.params))]

    def _unasked(self, ctx: Context) -> None:
        """A photo, a place or words out of the blue start a report with what they hold."""
        inbound = ctx.inbound
        if inbound.kind == "text" and (commands.by_number(ctx, inbound.text) or self._typed_button(ctx)):
            return
        if inbound.kind == "text" and duty_who.asked(ctx, inbound.text):
            return
        if inbound.kind == "text" and commands.asked(ctx, inbound.text):
            return
        if inbound.kind == "photo" and inbound.text and asked_of_mine(ctx, inbound.text):
            return
        if incident.offered(ctx) or take_proof(ctx) or take_place(ctx):
            return
        if inbound.kind == "text" and commands.guessed(ctx, inbound.text):
            return
        if not ctx.by.has(*MAY_REPORT):
            unclear(ctx)
            return
        answers: Answers = {}
        if inbound.text and (inbound.kind != "text" or looks_like_a_report(inbound.text.strip(), areas(ctx))):
            answers = from_sentence(ctx, inbound.text)
        for step in wanted(HAZARD, answers):
            if step.catches == inbound.kind and step.parse is not None:
                answer = step.parse(ctx, answers, inbound)
                answers[step.name] = {"v": answer.value, "s": answer.shown}
        if not answers:
            unclear(ctx)
            return
        open_form(ctx, HAZARD, answers=answers | start_answers(ctx))
        ctx.replies[-1]["lines"] = [text("report-started"), *ctx.replies[-1]["lines"]]

    def _context(
        self,
        session: Session,
        inbound: Inbound,
        now: datetime,
        person_id: int,
        name: str,
        lang: str,
        home: str | None = None,
    ) -> Context:
        return Context(
            session=session,
            inbound=inbound,
            county=self.county,
            now=now,
            policy=self.policy,
            lang=lang,
            say=lambda part: self.say(part, lang),
            person_id=person_id,
            person_name=name,
            home=home,
        )

    def _store(
        self,
        session: Session,
        inbound: Inbound,
        now: datetime,
        said: Said,
        direct: bool,
        reply_id: int,
        person_id: int | None = None,
    ) -> Handled:
        """The answers, in the same transaction as everything they answer."""
        handled = Handled(
            toast=said.toast, lang=said.lang, menu=said.menu, wake=session.info.pop(QUEUED, False)
        )
        for place, body in enumerate(said.bodies):
            album = body.pop("card", None)
            reply = Outgoing(
                self.county,
                new_id() if place else reply_id,
                inbound.channel,
                inbound.address,
                REPLY,
                body,
                said.lang,
                album,
            )
            carried = direct and len(said.bodies) == 1 and not album and _fits_an_answer(body)
            pause = ALBUM_PAUSE if album else None
            if album:
                replace_unsent(session, reply)
                handled.wake = True
            store_reply(
                session,
                reply,
                person_id=person_id,
                now=now,
                worker=self.worker,
                direct=carried,
                lease=self.lease,
                pause=pause,
            )
            if carried:
                handled.direct = reply
            elif not album:
                handled.replies.append(reply)
        return handled

    def apologise(
        self, session: Session, inbound: Inbound, now: datetime, *, error_id: str, direct: bool = False
    ) -> Handled:
        """After a fault of ours: the event is taken, so that it cannot come for ever, and the person told."""
        said = Said([content(text("internal-error", id=error_id))], lang=language_of(inbound))
        reply_id = new_id()
        take_event(
            session,
            county=self.county,
            channel=inbound.channel,
            event_id=inbound.event_id,
            now=now,
            reply_id=reply_id,
        )
        return self._store(session, inbound, now, said, direct, reply_id)


def _key(inbound: Inbound) -> EventKey:
    return EventKey(inbound.channel, inbound.address, inbound.event_id)


def _fits_an_answer(body: Body) -> bool:
    """Whether a webhook's own answer can carry it: one short message, nothing to fetch."""
    return not body.keys() & {"photos", "pairs", "file"} and len(str(body["lines"])) < 3000


def _for_the_form(inbound: Inbound, form: str, at: str) -> bool:
    """Whether an event belongs to the open form: not a command, not a button of something else."""
    if inbound.kind == "tap":
        return inbound.data.startswith("f:")
    if inbound.kind == "text":
        command = words.command(inbound.text)
        if command is None or command[0] == "cancel":
            return True
        if (form, at) == (incident.INCIDENT.name, "which"):  # 突发, or 隐患, is an answer there
            return words.which(inbound.text) is not None
        return at == REVIEW and words.control(inbound.text) == "submit"
    return inbound.kind not in ("file", "left")
