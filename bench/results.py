"""What a measured stretch comes to: rate, latencies, errors, memory, processor time."""

import json
import time
from collections import Counter
from dataclasses import asdict, dataclass, field

import psutil


@dataclass
class Result:
    """What was measured. Latencies are ms; `lower_bound`: updates still unanswered at the end were
    older than any answered one and stand in the percentiles with the age they had reached.
    `cycle_ms` is users divided by rate: the mean latency that this rate means for so many users."""

    users: int
    delay_ms: float
    seconds: float
    updates: int = 0
    rate: float = 0.0
    p50_ms: float = 0.0
    p95_ms: float = 0.0
    p99_ms: float = 0.0
    cycle_ms: float = 0.0
    lower_bound: bool = False
    unanswered: int = 0
    reports: int = 0
    redelivered: int = 0
    unexpected: int = 0
    errors: int = 0
    error_kinds: dict[str, int] = field(default_factory=dict)
    api_calls: int = 0
    bot_rss_mb: float = 0.0
    bot_cpu: float = 0.0
    load_cpu: float = 0.0

    def as_json(self) -> str:
        """One JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False)


class Counts:
    """What is counted while the clock runs."""

    def __init__(self) -> None:
        self.latencies: list[float] = []
        self.errors: Counter[str] = Counter()
        self.reports = self.redelivered = self.unexpected = self.api_calls = 0


class Gauge:
    """Memory and processor time of the bot's processes, and our own processor time."""

    def __init__(self, pid: int) -> None:
        self._bot, self._own = psutil.Process(pid), psutil.Process()

    def start(self) -> None:
        """Begin the measured stretch."""
        self._began = (time.perf_counter(), self._bot_seconds(), _cpu_seconds(self._own))

    def stop(self, result: Result) -> None:
        """Write shares of one core and resident megabytes into the result."""
        at, bot, own = self._began
        elapsed = time.perf_counter() - at
        result.bot_cpu = round(max(0.0, self._bot_seconds() - bot) / elapsed, 2)
        result.load_cpu = round((_cpu_seconds(self._own) - own) / elapsed, 2)
        result.bot_rss_mb = round(sum(p.memory_info().rss for p in self._processes()) / 2**20, 1)

    def _processes(self) -> list[psutil.Process]:
        """The bot and its children; nothing if it has ended."""
        try:
            return [self._bot, *self._bot.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _bot_seconds(self) -> float:
        return sum(_cpu_seconds(process) for process in self._processes())


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def summarize(result: Result, counts: Counts, ages: list[float]) -> None:
    """Fill the result from what was counted and from how long the unanswered have waited."""
    answered = sorted(counts.latencies)
    older = sorted(age for age in ages if not answered or age > answered[-1])
    latencies = answered + older
    rate = len(answered) / result.seconds
    result.updates, result.rate = len(answered), round(rate, 1)
    result.p50_ms, result.p95_ms, result.p99_ms = (percentile(latencies, at) for at in (0.50, 0.95, 0.99))
    result.cycle_ms = round(result.users / rate * 1000, 1) if rate else 0.0
    result.lower_bound = len(older) > 0.01 * len(latencies)
    result.unanswered, result.reports = len(ages), counts.reports
    result.redelivered, result.unexpected = counts.redelivered, counts.unexpected
    result.errors, result.error_kinds = counts.errors.total(), dict(counts.errors.most_common(5))
    result.api_calls = counts.api_calls


def percentile(ordered: list[float], share: float) -> float:
    """The nearest-rank percentile of ordered seconds, in ms; 0 of nothing."""
    if not ordered:
        return 0.0
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000, 1)
