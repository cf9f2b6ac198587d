"""Who tries too many wrong links: a small account for each client address, in this process's memory.

A token has 128 random bits, so this only keeps guessing from costing anything; nothing has to survive or be
shared for it.
"""

from collections import OrderedDict

BURST = 30  # wrong links that a client may open at once
REFILL = 6.0  # seconds for each further one
MOST = 10_000  # clients remembered


class Guesses:
    """How many wrong tries each client has left. Times are seconds of any clock that only goes forward."""

    def __init__(self) -> None:
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def _now(self, client: str, at: float) -> float:
        left, since = self._left.get(client, (float(BURST), at))
        return min(float(BURST), left + (at - since) / REFILL)

    def allowed(self, client: str, at: float) -> bool:
        """Whether this client may try a link."""
        return self._now(client, at) >= 1

    def wrong(self, client: str, at: float) -> None:
        """Note that it was a wrong one."""
        self._left[client] = (self._now(client, at) - 1, at)
        self._left.move_to_end(client)
        if len(self._left) > MOST:
            self._left.popitem(last=False)
