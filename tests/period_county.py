"""The county of the National Day test: 14 towns and zones, 40 posts round the clock, who stands them when.

Plain facts, from which both the roster file and the test's own account of the messages are made.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import product
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
DAYS = 8
TOWNS = {
    "411024100": "安陵镇",
    "411024101": "马栏镇",
    "411024102": "柏梁镇",
    "411024103": "陈化店镇",
    "411024104": "望田镇",
    "411024105": "大马镇",
    "411024106": "陶城镇",
    "411024107": "张桥镇",
    "411024108": "彭店镇",
    "411024109": "只乐镇",
    "411024110": "南坞镇",
    "411024111": "马坊镇",
    "411024401": "先进制造业开发区",
    "411024402": "花木产业示范区",
}
ZONES = list(TOWNS.items())[12:]  # no statistical codes: the office's own
CODES = {name: code for code, name in TOWNS.items()}
LEADER, DEPUTY, OFFICER = "leader", "deputy", "officer"
EIGHT, HALF_PAST, NINE, TWELVE_HOURS = ("08:00",), ("08:30",), ("09:00",), ("08:00", "20:00")
HALL, STATION, TEAM = "值班室", "安监站", "应急队"
COMMAND, WATCH = "县应急指挥中心", "县危化品监控室"
# The people of the sample county (bot/sample.py) by their part: on the telegram run these are on Telegram.
SAMPLE = {
    "office": "李静",
    "colleague": "何伟",
    "head": "张建国",
    "town": "陈明",
    "other_town": "孙涛",
    "grid_worker": "王芳",
    "leader": "吴刚",
    "deputy": "郑丽",
    "officer": "冯超",
    "other_worker": "赵磊",
    "keeper": "韩勇",
    "department": "马军",
    "inspector": "林峰",
    "responsible": "刘洋",
    "other_responsible": "周强",
}
OFFICE, HEADS = ("李静", "何伟"), ("张建国",)
NO_CHAT = "柏安"  # a B角 who never joined


def at(day: int, hour: int = 0, minute: int = 0, *, month: int = 10) -> datetime:
    """A moment of the office's clock in 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


@dataclass(frozen=True)
class Station:
    """A post: its town (None: the county's own), when its shifts begin, who takes turns there."""

    name: str
    town: str | None
    starts: tuple[str, ...]
    officers: tuple[str, ...]
    leaders: tuple[str, ...] = ()
    deputy: str = ""

    @property
    def area(self) -> str | None:
        """The town's code."""
        return CODES[self.town] if self.town else None


@dataclass(frozen=True)
class Turn:
    """One shift of a post, the `number`-th, on the day of the period numbered from 0."""

    post: Station
    number: int
    day: int
    starts: datetime
    ends: datetime

    @property
    def people(self) -> list[tuple[str, str]]:
        """Who stands it by the roster, with their roles."""
        turn = self.number
        found = [(group[turn % len(group)], role) for group, role in self._groups if group]
        return [(name, role) for name, role in found if name]

    @property
    def _groups(self) -> list[tuple[tuple[str, ...], str]]:
        post = self.post
        return [(post.leaders, LEADER), ((post.deputy,), DEPUTY), (post.officers, OFFICER)]


def _names() -> list[str]:
    family = "钱许尤吕施孔曹严华金魏陶姜戚谢邹喻窦章云苏潘葛奚范彭郎鲁韦昌苗凤花方俞任袁柳"
    return ["".join(pair) for pair in product(family, "安宁康泰和")]


class County:
    """Everybody and everything; made once."""

    def __init__(self) -> None:
        self._names = iter(_names())
        self.officers_of = {town: self._some(1) for town in TOWNS.values()}
        self.officers_of |= {"彭店镇": ("陈明", self._one()), "马栏镇": ("孙涛",)}
        for town in ("安陵镇", "陈化店镇"):
            self.officers_of[town] += self._some(1)
        self.spare = {town: self._one() for town in ("彭店镇", "安陵镇", "张桥镇")}
        self.posts = [*self._halls(), *self._stations(), *self._teams(), *self._own()]

    def _one(self) -> str:
        return next(self._names)

    def _some(self, count: int) -> tuple[str, ...]:
        return tuple(self._one() for _ in range(count))

    def _halls(self) -> list[Station]:
        halls = []
        for place, town in enumerate(TOWNS.values()):
            leaders, officers = self._some(2), self._some(2)
            deputy = self._one() if place % 3 == 0 else ""
            if town == "彭店镇":
                leaders, officers, deputy = ("吴刚", leaders[1]), ("冯超", officers[1]), "郑丽"
            if town == "柏梁镇":
                deputy = NO_CHAT
            halls.append(Station(town + HALL, town, EIGHT, officers, leaders, deputy))
        return halls

    def _stations(self) -> list[Station]:
        made = []
        for place, town in enumerate(TOWNS.values()):
            officers = ("赵磊", "韩勇") if town == "马栏镇" else self._some(2)
            made.append(Station(town + STATION, town, HALF_PAST if place % 4 == 3 else EIGHT, officers))
        return made

    def _teams(self) -> list[Station]:
        towns = list(TOWNS.values())[:10]
        made = [Station(town + TEAM, town, TWELVE_HOURS, self._some(3)) for town in towns[:4]]
        return made + [Station(town + TEAM, town, NINE, self._some(2)) for town in towns[4:]]

    def _own(self) -> list[Station]:
        command = Station(COMMAND, None, EIGHT, ("刘洋", "周强"), ("马军", "林峰"), self._one())
        return [command, Station(WATCH, None, EIGHT, self._some(2))]

    @cached_property
    def turns(self) -> list[Turn]:
        """All shifts of the period."""
        return [turn for post in self.posts for turn in turns_of(post)]

    @cached_property
    def people(self) -> list[str]:
        """Everyone the roster names, and the spare ones; without the sample's own."""
        named = {name: None for turn in self.turns for name, _ in turn.people}
        officers = [name for names in self.officers_of.values() for name in names]
        every = [*named, *officers, *self.spare.values()]
        return [name for name in dict.fromkeys(every) if name not in SAMPLE.values()]

    def town_of(self, name: str) -> str | None:
        """The town someone stands for."""
        for town, names in self.officers_of.items():
            if name in names or self.spare.get(town) == name:
                return town
        posts = (post for post in self.posts if name in (*post.leaders, *post.officers, post.deputy))
        return next(posts).town

    def officers(self, town: str | None) -> tuple[str, ...]:
        """The officers of a town who hear of what happens in it."""
        return self.officers_of[town] if town else ()


def turns_of(post: Station) -> list[Turn]:
    """The shifts of a post on the eight days, each running to the next."""
    begins = [at(1 + day, int(start[:2]), int(start[3:])) for day in range(DAYS + 1) for start in post.starts]
    count, a_day = DAYS * len(post.starts), len(post.starts)
    return [Turn(post, n, n // a_day, begins[n], begins[n + 1]) for n in range(count)]


def phone_of(place: int) -> str:
    """A telephone number for someone of ours."""
    return f"139{place:08}"
