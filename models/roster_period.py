"""Which key period a roster belongs to: the one that most of its days lie in."""

import contextlib
from collections.abc import Sequence
from datetime import date, timedelta

from models.base import UserError
from models.duty import KeyPeriod
from models.policy import Policy
from models.roster import Row
from models.roster_cells import read_date
from models.roster_columns import DATE
from models.text import day

_YEAR = timedelta(days=364)
_MOMENT = timedelta(microseconds=1)


class NoPeriod(UserError):
    """The days of a roster, `first` to `last`, lie in none of the key periods ahead."""

    def __init__(self, first: date, last: date) -> None:
        super().__init__("roster-no-period", first=day(first), last=day(last))
        self.first, self.last = first, last


def fitting_period(
    rows: Sequence[Row], *, periods: Sequence[KeyPeriod], today: date, policy: Policy
) -> KeyPeriod:
    """The period that most rows fall in, of several the shortest (a holiday within the flood season); the
    next one where no day can be read.

    Errors: import-empty; NoPeriod; roster-no-days, where there is neither a period nor a day.
    """
    if not rows:
        raise UserError("import-empty")
    counts = {period.id: len(_days_in(rows, period, policy)) for period in periods}
    if any(counts.values()):
        return max(periods, key=lambda period: (counts[period.id], period.starts_at - period.ends_at))
    days = _days(rows, today, today + _YEAR)
    if days:
        raise NoPeriod(min(days), max(days))
    if not periods:
        raise UserError("roster-no-days")
    return periods[0]


def _days_in(rows: Sequence[Row], period: KeyPeriod, policy: Policy) -> list[date]:
    """The days on which a shift of the period may begin; the midnight at its end is no day of it."""
    first, last = policy.local(period.starts_at).date(), policy.local(period.ends_at - _MOMENT).date()
    days = _days(rows, first, last)
    return [on for on in days if first - timedelta(days=1) <= on <= last]


def _days(rows: Sequence[Row], first: date, last: date) -> list[date]:
    """The days that can be read; one without its year lies between `first` and `last` if it can."""
    days = []
    for _, row in rows:
        with contextlib.suppress(ValueError, OverflowError):  # NaN and infinity are cells, too
            days.append(read_date(row[DATE], first=first, last=last))
    return days
