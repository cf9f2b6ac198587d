"""The National Day period played: the clock is moved from one moment to the next at which something is due or
somebody does something. Half of what people do they say in their chats, the rest goes through the operations.
"""

import inspect
import io
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Any

import openpyxl
from sqlmodel import Session, select

from bot.web.channel import WebChannel
from models.base import Actor
from models.draw_seed import CheckSeed
from models.people import DUTY_OFFICER, TOWN_OFFICER, Account, Grant, Person, add_person, person_actor
from models.periods import add_period
from models.places import Area
from models.policy import Policy
from models.posts import save_post
from models.roster_columns import HEADINGS
from tests.chat import Seen, Town, WebWire
from tests.county import NOW
from tests.period_county import (
    CODES,
    HALL,
    MINUTE,
    NO_CHAT,
    OFFICE,
    SAMPLE,
    ZONE,
    ZONES,
    at,
    phone_of,
)
from tests.period_life import PUBLISHED, Life

POLICY = Policy()
HERE, FAR = (34.10, 114.18), (34.12, 114.18)
Act = Callable[[], Awaitable[None]] | Callable[[Session], Any]


class BothWires:
    """The sample's people on their channel, everybody else on the web chat of the same house."""

    def __init__(self, own: Any, web: WebWire) -> None:
        self.own, self.web = own, web

    def _of(self, who: str) -> Any:
        return self.own if who in SAMPLE else self.web

    async def text(self, who: str, said: str) -> None:
        await self._of(who).text(who, said)

    async def tap(self, who: str, message: Seen, data: str) -> None:
        await self._of(who).tap(who, message, data)

    async def photo(self, who: str, data: bytes, caption: str, album: str) -> None:
        await self._of(who).photo(who, data, caption, album)

    async def place(self, who: str, lat: float, lon: float) -> None:
        await self._of(who).place(who, lat, lon)

    async def document(self, who: str, name: str, data: bytes) -> None:
        await self._of(who).document(who, name, data)

    def transcript(self, who: str) -> list[Seen]:
        found: list[Seen] = self._of(who).transcript(who)
        return found


class Play:
    """The stage: the town, and who is whom in its database."""

    def __init__(self, town: Town, life: Life) -> None:
        self.town, self.life, self.county = town, life, life.county
        self.spoke: set[tuple[str, datetime]] = set()
        self.acts: dict[datetime, list[Act]] = {}
        self.looked: list[datetime] = []
        self.people: dict[str, int] = {}
        self.posts: dict[str, int] = {}
        house = town.house
        if "web" not in house.channels:
            store = house.storage
            house.add(WebChannel(db=house.db, county=house.county, fetch_file=store.get, keep_file=store.put))
            town.wire = BothWires(town.wire, WebWire(house, town.county))
        self.addresses = {name: part for part, name in SAMPLE.items()}
        self.addresses |= {name: f"p{place}" for place, name in enumerate(self.county.people)}

    # Before it begins

    def settle_in(self, session: Session) -> None:
        """The two zones, everybody with their chat."""
        county = self.town.house.county
        for code, name in ZONES:
            session.add(Area(county=county, code=code, level="town", name=name, parent_code=county))
        session.flush()
        for place, name in enumerate(self.county.people):
            town = self.county.town_of(name)
            area = CODES[town] if town else None
            officer = name in self.county.officers(town)
            spare = name in self.county.spare.values()
            grants = [Grant(TOWN_OFFICER, area)] if officer else [Grant(DUTY_OFFICER, area)] if spare else []
            person = add_person(
                session, county=county, name=name, grants=grants, now=NOW, phone=phone_of(place), area=area
            )
            if name != NO_CHAT:
                session.add(
                    Account(
                        county=county,
                        channel="web",
                        address=self.addresses[name],
                        person_id=person.id,
                        joined_at=NOW,
                        seen_at=NOW,
                    )
                )
        session.flush()
        names = {*self.county.people, *SAMPLE.values()}
        self.people = {each.name: each.id for each in session.exec(select(Person)) if each.name in names}

    def set_up_posts(self, session: Session) -> None:
        """The posts, of which one asks where one is."""
        by = self.actor(session, OFFICE[0])
        for post in self.county.posts:
            asked = {"lat": HERE[0], "lon": HERE[1], "needs_place": True} if is_hall(post.name) else {}
            made = save_post(
                session, by=by, now=NOW, name=post.name, area=post.area, starts=list(post.starts), **asked
            )
            self.posts[post.name] = made.id

    def make_period(self, session: Session) -> None:
        """Eight days: a day more than the holiday."""
        by, now = self.actor(session, OFFICE[0]), self.town.clock.now()
        add_period(session, by=by, name="国庆值守", starts_at=at(1), ends_at=at(9), now=now, policy=POLICY)

    def roster(self) -> bytes:
        """The roster as an xlsx file."""
        phones = {name: phone_of(place) for place, name in enumerate(self.county.people)}
        book = openpyxl.Workbook()
        assert book.active is not None
        book.active.append(list(HEADINGS.values()))
        for turn in self.county.turns:
            starts, ends = turn.starts.astimezone(ZONE), turn.ends.astimezone(ZONE)
            over = "次日" if ends.date() > starts.date() else ""
            cells = {
                "date": f"{starts:%Y-%m-%d}",
                "times": f"{starts:%H:%M}-{over}{ends:%H:%M}",
                "post": turn.post.name,
            }
            for name, role in turn.people:
                cells |= {role: name, f"{role}_phone": phones.get(name, "")}
            book.active.append([cells.get(field, "") for field in HEADINGS])
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    async def publish(self) -> None:
        """The office sends the roster in, looks at it, and has it published."""
        await self.move(PUBLISHED - 2 * MINUTE)
        self.town.house.db.run_now(self.make_period)
        await self.move(PUBLISHED - MINUTE)
        self.town.house.db.run_now(self.set_up_posts)
        self.town.clock.forward(MINUTE)
        office = self.town["office"]
        office.looks()
        await office.sends_document("值班表.xlsx", self.roster())
        await self.move(PUBLISHED)
        office.sees("40", "352")
        await office.taps("发布")
        self.spoke.add((OFFICE[0], PUBLISHED))

    def seed(self) -> bytes:
        """What the spot checks are drawn from; nobody knows it but the test."""
        found = self.town.ask(lambda session: session.exec(select(CheckSeed)).one().seed)
        return bytes.fromhex(found)

    # As it goes

    async def move(self, moment: datetime) -> None:
        """The clock shows this moment, and the program looks at it."""
        self.town.clock.forward(moment - self.town.clock.now())
        await self.town.house.tick()
        await self.town.settle()
        self.looked.append(moment)

    async def run(self, looks: Iterable[datetime]) -> None:
        """All that is due and all that is done, in order; what is done at a moment follows what is due then."""
        due = set(looks)
        for moment in sorted({*due, *self.acts}):
            if moment in due:
                await self.move(moment)
            else:
                self.town.clock.forward(moment - self.town.clock.now())
            if moment in self.acts:
                await self._act(self.acts[moment])

    async def _act(self, acts: list[Act]) -> None:
        """The operations of a moment together, then whoever speaks."""
        spoken = [act for act in acts if inspect.iscoroutinefunction(act)]
        done = [act for act in acts if act not in spoken]
        if done:
            self.town.house.db.run_now(lambda session: [act(session) for act in done])  # type: ignore[call-arg]
            await self.town.settle()
        for act in spoken:
            await act()  # type: ignore[call-arg, misc]

    def plan(self, moment: datetime, act: Act) -> None:
        """Somebody will do this then."""
        self.acts.setdefault(moment, []).append(act)

    def says(self, moment: datetime, name: str, talk: Callable[[Any], Awaitable[None]]) -> None:
        """Somebody will say this in their chat."""
        self.spoke.add((name, moment))
        user = self.town[self.addresses[name]]

        async def speak() -> None:
            await talk(user)

        self.plan(moment, speak)

    def does(self, moment: datetime, name: str, work: Callable[..., Any]) -> None:
        """Somebody will do this: `work(session, by=, now=)`."""
        self.plan(moment, lambda session: work(session, by=self.actor(session, name), now=moment))

    def actor(self, session: Session, name: str) -> Actor:
        """Someone as they act."""
        person_id = self.people[name]
        person = session.get_one(Person, (self.town.house.county, person_id))
        return person_actor(session, person=person, channel="web")

    def in_chat(self, name: str) -> bool:
        """Whether they do everything in the chat."""
        return name in SAMPLE.values()


def is_hall(post: str) -> bool:
    """The post that asks for a place at check-in, and where that is measured."""
    return post == "彭店镇" + HALL
