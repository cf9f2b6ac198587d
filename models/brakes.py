"""How fast a channel may be sent to: token buckets in the database, so that replicas share them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Field, Session, SQLModel

from models.base import utc_field


@dataclass(frozen=True)
class Pace:
    """So many messages in so many seconds; as many may leave at once after a rest."""

    messages: int
    seconds: float


@dataclass(frozen=True)
class Paces:
    """What a channel bears: altogether, and in one group chat."""

    all: Pace
    group: Pace


class Brake(SQLModel, table=True):
    """How many messages may leave now; `lane` is a group chat's address, or empty for the whole channel."""

    county: str = Field(primary_key=True, max_length=12)
    channel: str = Field(primary_key=True)
    lane: str = Field(primary_key=True, default="")
    tokens: float
    at: datetime = utc_field()


def refilled(tokens: float, seconds: float, pace: Pace) -> float:
    """Tokens after a rest, never more than a full bucket; a clock that went back gives none."""
    return min(float(pace.messages), tokens + max(0.0, seconds) * pace.messages / pace.seconds)


class Brakes:
    """The brakes of one claim, each read once and written back at its end (the claim's lock is held)."""

    def __init__(self, session: Session, county: str, paces: Mapping[str, Paces], now: datetime) -> None:
        self.session, self.county, self.paces, self.now = session, county, paces, now
        self._rows: dict[tuple[str, str], Brake] = {}

    def let(self, channel: str, group: str | None, *, urgent: bool) -> bool:
        """Whether one more message may leave for this channel (and this group chat); what is urgent always may.

        A flood of urgent ones (or one claimed again and again) leaves a debt of one bucket at most, so
        that the others' wait after it is bounded.
        """
        paces = self.paces.get(channel)
        if paces is None:
            return True
        rows = [(self._row(channel, "", paces.all), paces.all)]
        if group is not None:
            rows.append((self._row(channel, group, paces.group), paces.group))
        if not urgent and any(row.tokens < 1 for row, _ in rows):
            return False
        for row, pace in rows:
            row.tokens = max(row.tokens - 1, -float(pace.messages))
        return True

    def _row(self, channel: str, lane: str, pace: Pace) -> Brake:
        key = (channel, lane)
        if key not in self._rows:
            row = self.session.get(Brake, (self.county, channel, lane))
            if row is None:
                row = Brake(
                    county=self.county, channel=channel, lane=lane, tokens=float(pace.messages), at=self.now
                )
                self.session.add(row)
            row.tokens = refilled(row.tokens, (self.now - row.at).total_seconds(), pace)
            row.at = max(row.at, self.now)
            self._rows[key] = row
        return self._rows[key]
