"""What falls due by the clock: each tick asks a table what is due and does it once, whoever ticks."""

from collections.abc import Callable

from handlers.conversations import nudge_due
from models.alarm_everyone import remind_calls_due
from models.alarms import climb_due
from models.coverage_watch import calendar_due, coverage_due
from models.digest import digest_due
from models.duty_watch import watch_due
from models.handover_watch import handovers_due
from models.hazard_search import index_due
from models.incident_watch import incidents_due
from models.ladder_watch import remind_due
from models.lookback import ask_due, lookback_due
from models.period_end import periods_end_due
from models.spot_watch import checks_due
from models.swap_watch import swaps_due
from models.violation_watch import explanations_due
from models.zero_watch import reports_due

Tick = Callable[..., int]  # work(session, county=, now=, policy=) -> how much was done
TICK_MOST = 100  # whoever did as much has perhaps more to do

# name, seconds between two looks, work
TICKS: list[tuple[str, int, Tick]] = [
    ("alarms", 5, climb_due),
    ("calls", 5, remind_calls_due),
    ("incidents", 5, incidents_due),
    ("duty", 5, watch_due),
    ("handovers", 10, handovers_due),
    ("swaps", 30, swaps_due),
    ("deadlines", 30, remind_due),
    ("lookback", 60, lookback_due),
    ("ask", 60, ask_due),
    ("search", 10, index_due),
    ("drafts", 60, nudge_due),
    ("digest", 60, digest_due),
    ("calendar", 60, calendar_due),  # holidays become key periods, before their coverage is looked at
    ("coverage", 60, coverage_due),
    ("reports", 5, reports_due),
    ("spot checks", 5, checks_due),
    ("explanations", 60, explanations_due),
    ("period ends", 60, periods_end_due),
]
