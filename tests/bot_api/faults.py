"""What can go wrong between a bot and Telegram, on order, and Telegram's flood limits."""

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.bot_api.errors import Refused, too_many_requests


@dataclass(frozen=True)
class Fault:
    """One fault. `kind`: answer (status and body instead of processing), hang, drop (both before
    processing), or lose (processed, but the connection is closed without an answer)."""

    kind: str
    status: int = 0
    body: str = ""
    content_type: str = "text/html"
    seconds: float | None = None


def flood(retry_after: int) -> Fault:
    """429 with retry_after."""
    refused = too_many_requests(retry_after).json()
    body = '{"ok":false,"error_code":429,"description":"%s","parameters":{"retry_after":%d}}'
    return Fault("answer", 429, body % (refused["description"], retry_after), "application/json")


def broken(status: int = 502) -> Fault:
    """A 5xx with the HTML of the proxy in front of Telegram."""
    return Fault("answer", status, f"<html><head><title>{status}</title></head><body>nginx</body></html>")


def hang(seconds: float | None = None) -> Fault:
    """No answer for so long (until the server ends, if not given), then a closed connection."""
    return Fault("hang", seconds=seconds)


def drop() -> Fault:
    """The connection is closed before anything is processed."""
    return Fault("drop")


def lose() -> Fault:
    """The call is processed, and the connection closed without an answer."""
    return Fault("lose")


@dataclass
class _Waiting:
    fault: Fault
    chat: int | None
    method: str | None

    def fits(self, chat: int | None, method: str) -> bool:
        if self.method is None and method == "getupdates":
            return False
        return self.chat in (None, chat) and self.method in (None, method)


class Faults:
    """The queue of faults still to happen."""

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []

    def add(
        self, fault: Fault, *, chat: int | None = None, method: str | None = None, times: int = 1
    ) -> None:
        """Let the next calls fail, those of one chat or method only if given.

        A fault for any method leaves getUpdates alone, or the poller would eat every one of them.
        """
        wanted = method.lower() if method else None
        self._waiting.extend(_Waiting(fault, chat, wanted) for _ in range(times))

    def take(self, chat: int | None, method: str) -> Fault | None:
        """The first fault that fits this call; it is used up."""
        for waiting in self._waiting:
            if waiting.fits(chat, method):
                self._waiting.remove(waiting)
                return waiting.fault
        return None

    def clear(self) -> None:
        """Forget what has not happened yet."""
        self._waiting.clear()


@dataclass
class FloodLimits:
    """Telegram's limits as its users report them; seconds on `clock`."""

    chat_burst: int = 3
    group_per_minute: int = 20
    overall_per_second: int = 30
    clock: Callable[[], float] = time.monotonic
    _sent: dict[int, deque[float]] = field(default_factory=dict)
    _all: deque[float] = field(default_factory=deque)

    def check(self, chat: int, messages: int = 1) -> None:
        """Count `messages` to `chat`, or refuse them with the seconds to wait."""
        now = self.clock()
        sent = self._sent.setdefault(chat, deque())
        _forget(sent, now - 60)
        _forget(self._all, now - 1)
        waits = [_wait(self._all, messages, self.overall_per_second, 1, now)]
        if chat < 0:
            waits.append(_wait(sent, messages, self.group_per_minute, 60, now))
        else:
            recent = deque(moment for moment in sent if moment > now - self.chat_burst)
            waits.append(_wait(recent, messages, self.chat_burst, self.chat_burst, now))
        if any(waits):
            raise _refusal(max(waits))
        sent.extend([now] * messages)
        self._all.extend([now] * messages)


def _forget(moments: deque[float], before: float) -> None:
    while moments and moments[0] <= before:
        moments.popleft()


def _wait(moments: deque[float], new: int, limit: int, span: float, now: float) -> float:
    """How long until `new` more fit under `limit` in `span`; 0 if they do already."""
    excess = len(moments) + new - limit
    if excess <= 0 or not moments:
        return 0.0
    return moments[min(excess, len(moments)) - 1] + span - now


def _refusal(wait: float) -> Refused:
    return too_many_requests(max(1, math.ceil(wait)))
