"""The National Day test's own count of the period: the numbers that its summary must show."""

from collections import Counter
from datetime import datetime
from typing import Any

from tests.period_county import DAYS, DEPUTY, MINUTE
from tests.period_life import Life, key
from tests.period_model import Fault
from tests.period_news import Report
from tests.period_spot import Asked

A_DAY = 24 * 60
KINDS = ("late", "left_post", "unmanned", "substitute", "no_answer", "late_report", "missing_report")


def counted(
    life: Life, asked: list[Asked], reports: list[Report], faults: list[Fault], now: datetime
) -> dict[str, dict[str, Any]]:
    """The summary's lines by their keys, with what they say."""
    posts = len(life.of_post)
    needed = posts * DAYS * A_DAY
    return {
        "summary-coverage": {
            "posts": posts,
            "planned": share(needed, needed),
            "attended": share(_attended(life), needed),
        },
        "summary-checkins": _check_ins(life),
        "summary-checks": _checks(asked),
        "summary-reports": {
            "reports": len(reports),
            "on_time": sum(report.given is not None and not report.late for report in reports),
            "late": sum(report.late > 0 for report in reports),
            "missing": sum(report.given is None for report in reports),
        },
        **_faults(faults, now),
    }


def share(part: int, whole: int) -> str:
    """To one decimal, rounded down."""
    return f"{part * 1000 // whole // 10}.{part * 1000 // whole % 10}%"


def _attended(life: Life) -> int:
    """Minutes from the first check-in of a shift to its end."""
    found = 0
    for turn in life.county.turns:
        came = [seat.arrives for seat in life.seats[key(turn)] if seat.arrives is not None]
        if came:
            found += (turn.ends - max(turn.starts, min(came))) // MINUTE
    return found


def _check_ins(life: Life) -> dict[str, int]:
    counts: Counter[str] = Counter(expected=0, on_time=0, late=0, missed=0, covered=0)
    for turn in life.county.turns:
        deputy = life.called_deputy(turn)
        for seat in life.seats[key(turn)]:
            if seat.role == DEPUTY or seat.until is not None:
                continue
            counts["expected"] += 1
            if seat.arrives is None:
                counts["covered" if deputy and deputy[0].arrives else "missed"] += 1
            else:
                counts["late" if seat.arrives >= seat.expected + MINUTE else "on_time"] += 1
    return dict(counts)


def _checks(asked: list[Asked]) -> dict[str, int]:
    return {
        "checks": len(asked),
        "passed": sum(not each.silent and not each.outside for each in asked),
        "outside": sum(each.outside for each in asked),
        "late": sum(each.silent and each.answered is not None and not each.outside for each in asked),
        "none": sum(each.answered is None for each in asked),
    }


def _faults(faults: list[Fault], now: datetime) -> dict[str, dict[str, int]]:
    closed = [fault for fault in faults if fault.closed is not None and fault.closed < now]
    upheld = sum(fault.upheld for fault in closed)
    counts = {
        "count": len(faults),
        "upheld": upheld,
        "excused": len(closed) - upheld,
        "open": len(faults) - len(closed),
    }
    kinds = Counter(fault.becomes or fault.kind for fault in faults)
    return {"summary-violations": counts, "summary-kinds": {kind: kinds[kind] for kind in KINDS}}
