"""The time, passed in everywhere: real by default, movable in tests and in the demo."""

from datetime import UTC, datetime, timedelta


class Clock:
    """`now()` in UTC, shifted by `offset`."""

    def __init__(self, offset: timedelta = timedelta(0)) -> None:
        self.offset = offset

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        return datetime.now(UTC) + self.offset

    def forward(self, by: timedelta) -> None:
        """Move the clock ahead."""
        self.offset += by


class FixedClock(Clock):
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at

    def now(self) -> datetime:
        return self.at

    def forward(self, by: timedelta) -> None:
        self.at += by
