"""When a spot check (查岗) falls: drawn from a secret seed, so that nobody can predict it before the seed is
shown, and anybody can compute it again afterwards. Pure functions."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from models.coverage import Span

SEED_BYTES = 32
_MINUTE = timedelta(minutes=1)


def new_seed() -> bytes:
    """A seed nobody knows."""
    return secrets.token_bytes(SEED_BYTES)


def commitment(seed: bytes) -> str:
    """What is shown beforehand: the SHA-256 of the seed. No other seed that fits it can be found later."""
    return hashlib.sha256(seed).hexdigest()


def draw(seed: bytes, *, post_id: int, on: date, k: int, among: int) -> int:
    """One of the numbers 0 to `among` - 1: the first 8 bytes of HMAC-SHA256(seed, "post|date|k"), scaled.

    Every number is as likely as any other, to within `among` / 2^64.
    """
    digest = hmac.new(seed, f"{post_id}|{on.isoformat()}|{k}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") * among >> 64


def check_windows(shifts: Iterable[Span], margin: timedelta) -> list[Span]:
    """The times in which a check may fall: each shift without the `margin` (the handover) at both its ends."""
    cut = (Span(shift.starts_at + margin, shift.ends_at - margin) for shift in shifts)
    return sorted(span for span in cut if span.starts_at + _MINUTE <= span.ends_at)


def drawn_moment(seed: bytes, *, post_id: int, on: date, k: int, windows: Sequence[Span]) -> datetime | None:
    """The k-th check of a post's shift day `on`: a whole minute of the windows laid end to end; None without any."""
    minutes = [(window.ends_at - window.starts_at) // _MINUTE for window in windows]
    if not sum(minutes):
        return None
    left = draw(seed, post_id=post_id, on=on, k=k, among=sum(minutes))
    for window, length in zip(windows, minutes, strict=True):
        if left < length:
            return window.starts_at + left * _MINUTE
        left -= length
    raise AssertionError("drawn beyond the windows")
