"""What falls due by the clock: each tick asks a table what is due and does it once, whoever ticks."""

from collections.abc import Callable

from handlers.conversations import nudge_due
from models.alarms import climb_due
from models.coverage_watch import calendar_due, coverage_due
from models.digest import digest_due
from models.duty_watch import watch_due
from models.hazard_search import index_due
from models.ladder_watch import remind_due
from models.lookback import ask_due, lookback_due

# name, seconds between two looks, work(session, county=, now=, policy=) -> how much was done
TICKS: list[tuple[str, int, Callable[..., int]]] = [
    ("alarms", 5, climb_due),
    ("duty", 5, watch_due),
    ("deadlines", 30, remind_due),
    ("lookback", 60, lookback_due),
    ("ask", 60, ask_due),
    ("search", 10, index_due),
    ("drafts", 60, nudge_due),
    ("digest", 60, digest_due),
    ("calendar", 60, calendar_due),  # holidays become key periods, before their coverage is looked at
    ("coverage", 60, coverage_due),
]
