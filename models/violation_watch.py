"""The tick of violations: one reminder to explain, and the office told once when nobody did."""

from datetime import datetime

from sqlalchemy import text as sql
from sqlmodel import Session, col, func, select

from models.base import compare_and_set, short
from models.duty_notices import tell_office
from models.policy import Policy
from models.text import Part, text, when
from models.violation_notices import ask_explanation, kind_name, where, who
from models.violations import ASKED, EXPLAINED, IS_OPEN, Violation

SHOWN = 20


def explanations_due(
    session: Session, *, county: str, now: datetime, policy: Policy, limit: int = 100
) -> int:
    """The tick: remind of what is still to be explained; what stayed without, past its deadline, is told the
    office in one message. After downtime over both only the second."""
    due = session.exec(
        select(Violation)
        .where(Violation.county == county, col(Violation.due_at) <= now)
        .order_by(col(Violation.due_at), col(Violation.id))
        .limit(limit)
    ).all()
    silent: list[Violation] = []
    for violation in due:
        over = now >= violation.explain_by
        if not _claim(session, violation, following=None if over else violation.explain_by):
            continue
        if over:
            silent.append(violation)
        else:
            ask_explanation(session, violation, now=now, policy=policy, again=True)
    if silent:
        _tell_silent(session, county, silent, now, policy)
    return len(due)


def _claim(session: Session, violation: Violation, *, following: datetime | None) -> bool:
    return compare_and_set(
        session,
        violation,
        col(Violation.state) == ASKED,
        col(Violation.due_at) == violation.due_at,
        due_at=following,
        reminded=True,
    )


def _tell_silent(
    session: Session, county: str, silent: list[Violation], now: datetime, policy: Policy
) -> None:
    lines: list[Part] = [text("violation-silent", count=len(silent))]
    lines += [_line(session, each) for each in silent[:SHOWN]]
    lines.append(text("violation-how"))
    tell_office(
        session,
        county=county,
        lines=lines,
        now=now,
        policy=policy,
        dedup=f"violation:silent:{short(silent[0].id)}",
        urgent=False,
    )


def _line(session: Session, violation: Violation) -> Part:
    place, name = where(session, violation), who(session, violation)
    known = {"kind": kind_name(violation.kind), "name": name, "at": when(violation.at)}
    if place == name:
        return text("violation-line-town", **known)
    return text("violation-line", place=place, **known)


def digest_line(session: Session, *, county: str) -> list[Part]:
    """The morning digest's line on what is still open; none where nothing is."""
    rows = session.exec(
        select(Violation.state, func.count())
        .where(Violation.county == county, sql(f"violation.{IS_OPEN}"))
        .group_by(Violation.state)
    ).all()
    counts = dict(rows)
    if not counts:
        return []
    return [text("violation-digest", asked=counts.get(ASKED, 0), explained=counts.get(EXPLAINED, 0))]
