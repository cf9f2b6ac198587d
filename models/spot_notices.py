"""What people are told of spot checks: the question, the office's one message of what came of it."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.alarms import raise_alarm
from models.audience import recipients_for
from models.base import short, system
from models.duty import Post
from models.duty_notices import role_name
from models.duty_views import OnDuty
from models.outbox import ALARM, CARD, NOTICE, Recipient, send_to
from models.people import Person
from models.policy import OFFICE, Policy
from models.spot_checks import (
    ASKED,
    BY_OFFICE,
    LATE,
    NO_ANSWER,
    PASSED,
    UNREACHED,
    SpotAnswer,
    SpotCheck,
    answers_of,
)
from models.text import Part, Text, button, clock, content, series, text

NAMES_MOST = 40


def answer_buttons(answer: SpotAnswer) -> list[list[dict[str, Any]]]:
    """To the form in which a check is answered."""
    return [[button(text("button-here"), f"a:here:{short(answer.id)}")]]


def ask_person(
    session: Session,
    check: SpotCheck,
    answer: SpotAnswer,
    one: OnDuty,
    recipient: Recipient,
    *,
    now: datetime,
    policy: Policy,
) -> None:
    """Ask one person; at any hour, before anything else that is on its way to them."""
    minutes = int((check.answer_by - check.started_at).total_seconds() // 60)
    lines = [
        text("spot-ask", post=one.post.name, until=clock(check.answer_by), minutes=minutes),
        text("spot-how"),
    ]
    send_to(
        session,
        [recipient],
        county=check.county,
        body=content(*lines, buttons=answer_buttons(answer)),
        kind=ALARM,
        now=now,
        policy=policy,
        dedup=f"spot:{short(answer.id)}",
        subject=("check", answer.id),
    )


def person_line(session: Session, answer: SpotAnswer) -> Text:
    """Post, role, name and telephone of someone asked."""
    person = session.get(Person, (answer.county, answer.person_id))
    post = session.get(Post, (answer.county, answer.post_id))
    return text(
        "spot-person",
        post=post.name if post else "",
        role=role_name(answer.role),
        name=person.name if person else "",
        phone=(person.phone if person else "") or text("duty-no-phone"),
    )


def alarm_unanswered(
    session: Session, check: SpotCheck, silent: Sequence[SpotAnswer], *, now: datetime, policy: Policy
) -> None:
    """Nobody answered at a post: the office and the town are alarmed with the telephone numbers."""
    post = session.get(Post, (check.county, silent[0].post_id))
    minutes = int((check.answer_by - check.started_at).total_seconds() // 60)
    lines: list[Any] = [text("spot-unanswered", minutes=minutes, at=clock(check.started_at))]
    lines += [person_line(session, each) for each in silent]
    if post is not None and post.phone:
        lines.append(text("duty-post-phone", phone=post.phone))
    raise_alarm(
        session,
        by=system(check.county),
        subject=("spotcheck", check.id),
        area=post.area if post else None,
        lines=lines,
        now=now,
        policy=policy,
    )


def _tell_office(
    session: Session,
    check: SpotCheck,
    lines: Sequence[Part],
    *,
    step: str,
    now: datetime,
    policy: Policy,
    photos: list[int] | None = None,
) -> None:
    send_to(
        session,
        recipients_for(session, county=check.county, audiences=[OFFICE], area=None),
        county=check.county,
        body=content(*lines, photos=photos),
        kind=NOTICE,
        now=now,
        policy=policy,
        dedup=f"spot:{short(check.id)}:{step}",
        subject=("spotcheck", check.id),
        urgent=True,
    )


def tell_unreached(
    session: Session, check: SpotCheck, unreached: Sequence[SpotAnswer], *, now: datetime, policy: Policy
) -> None:
    """Some have no chat: the office is asked to telephone."""
    lines = [text("spot-unreached"), *(person_line(session, each) for each in unreached)]
    _tell_office(session, check, lines, step="unreached", now=now, policy=policy)


def tell_void(
    session: Session, check: SpotCheck, void: Sequence[SpotAnswer], *, now: datetime, policy: Policy
) -> None:
    """The program did not run while answers were awaited: this check counts for nothing."""
    lines = [text("spot-void", at=clock(check.started_at)), *(person_line(session, each) for each in void)]
    _tell_office(session, check, lines, step="void", now=now, policy=policy)


def tell_outside(
    session: Session, check: SpotCheck, answer: SpotAnswer, *, now: datetime, policy: Policy
) -> None:
    """Someone answered far from the post."""
    lines = [text("spot-outside", metres=answer.distance), person_line(session, answer)]
    _tell_office(session, check, lines, step=f"outside:{short(answer.id)}", now=now, policy=policy)


def tell_late(
    session: Session, check: SpotCheck, answer: SpotAnswer, *, now: datetime, policy: Policy
) -> None:
    """Someone whom the office was told about has answered after all."""
    lines = [text("spot-came", minutes=answer.late_minutes), person_line(session, answer)]
    _tell_office(session, check, lines, step=f"late:{short(answer.id)}", now=now, policy=policy)


def tell_doubtful(
    session: Session,
    check: SpotCheck,
    answer: SpotAnswer,
    photos: list[int],
    *,
    now: datetime,
    policy: Policy,
) -> None:
    """A photo is old, was sent before, or was taken elsewhere: the office looks at it itself."""
    flags = [text(f"photo-flag-{flag}") for flag in answer.flags]
    lines: list[Part] = [text("spot-doubtful"), person_line(session, answer), *flags]
    _tell_office(
        session,
        check,
        lines,
        step=f"doubt:{short(answer.id)}",
        now=now,
        policy=policy,
        photos=photos,
    )


def tell_started(
    session: Session, check: SpotCheck, answers: Sequence[SpotAnswer], *, now: datetime, policy: Policy
) -> None:
    """The office's one message of a check it began; edited with every answer."""
    if check.source != BY_OFFICE:
        return
    send_to(
        session,
        [
            each
            for each in recipients_for(session, county=check.county, audiences=[OFFICE], area=None)
            if each.account
        ],
        county=check.county,
        body=content(*board_lines(session, check, answers)),
        kind=CARD,
        now=now,
        policy=policy,
        card=f"spot:{short(check.id)}",
        dedup=f"spot:{short(check.id)}:{check.answered}:{'open' if check.due_at else 'over'}",
        subject=("spotcheck", check.id),
        urgent=True,
    )


def update_board(session: Session, check: SpotCheck, *, now: datetime, policy: Policy) -> None:
    """Say anew what came of a check the office began."""
    if check.source == BY_OFFICE:
        answers = answers_of(session, county=check.county, check_ids=[check.id])
        tell_started(session, check, answers, now=now, policy=policy)


def _silent_line(session: Session, answer: SpotAnswer) -> Text:
    key = "spot-board-unreached" if answer.state == UNREACHED else "spot-board-silent"
    return text(key, person=person_line(session, answer))


def board_lines(session: Session, check: SpotCheck, answers: Sequence[SpotAnswer]) -> list[Part]:
    """A check in numbers, then who has not answered and who was not at the post, by name."""
    counts = Counter(each.state for each in answers)
    outside = [each for each in answers if each.outside]
    lines: list[Part] = [
        text("spot-board", at=clock(check.started_at), until=clock(check.answer_by), name=check.started_name),
        text(
            "spot-board-counts",
            count=len(answers),
            passed=counts[PASSED] - sum(each.state == PASSED for each in outside),
            outside=len(outside),
            late=sum(each.state == LATE and not each.outside for each in answers),
            waiting=counts[ASKED],
            missing=counts[NO_ANSWER] + counts[UNREACHED],
        ),
    ]
    silent = [each for each in answers if each.state in (ASKED, NO_ANSWER, UNREACHED)]
    lines += [_silent_line(session, each) for each in silent[:NAMES_MOST]]
    if len(silent) > NAMES_MOST:
        lines.append(text("spot-board-more", count=len(silent) - NAMES_MOST))
    lines += [
        text("spot-board-outside", person=person_line(session, each), metres=each.distance)
        for each in outside[:NAMES_MOST]
    ]
    unplaced = [each for each in answers if each.lat is not None and each.distance is None]
    if unplaced:  # a place was sent, and the post has none to compare it with
        people = series(person_line(session, each) for each in unplaced[:NAMES_MOST])
        lines.append(text("spot-board-unplaced", count=len(unplaced), people=people))
    return lines
