"""The demo: people of the sample county side by side, each with their phone, and a clock to be pushed."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import Any

from nicegui import background_tasks, ui
from sqlmodel import Session

from bot.web.chats import Chats, Who
from bot.web.demo_clock import DemoClock
from bot.web.phone import Phone
from bot.words import LANGUAGES
from models.people import Account, Person
from models.text import text

OFFICE = "office"
FIRST = ("grid_worker", "responsible", "leader", OFFICE)  # who is on the screen at the start
PUSHES = {
    "demo-10-minutes": timedelta(minutes=10),
    "demo-1-hour": timedelta(hours=1),
    "demo-1-day": timedelta(days=1),
}
STEPS = ("demo-step-1", "demo-step-2", "demo-step-3", "demo-step-4")
_HIDE = "() => { document.querySelector('.zs-guide').hidden = true; localStorage.setItem('zhishou:guide', 'off') }"
_SHOW = (
    "() => { document.querySelector('.zs-guide').hidden = false; localStorage.removeItem('zhishou:guide') }"
)
_AS_LEFT = "document.querySelector('.zs-guide').hidden = localStorage.getItem('zhishou:guide') === 'off'"


class DemoPage:
    """`/demo`, for everybody who opens it; all see the same county and move the same clock."""

    def __init__(self, chats: Chats, clock: DemoClock) -> None:
        self.chats, self.clock = chats, clock

    async def show(self) -> None:
        """The bar speaks as the office does; its button changes the language of all."""
        known = [(await self.chats.who(address), address) for address in self.chats.personas]
        people = {address: who for who, address in sorted(known, key=lambda each: each[0].person_id or 0)}
        lang = people[OFFICE].lang
        say = partial(self._say, lang=lang)
        with ui.element("div").classes("zs-demo"):
            Bar(self.clock, say, lang, speak=self._speak).show()
            _guide(say)
            with ui.element("nav").classes("zs-tabs"):
                badges = [Tab(place) for place in range(len(FIRST))]
            with ui.element("main").classes("zs-phones"):
                for place, address in enumerate(FIRST):
                    Slot(self.chats, people, place, badges[place], say).seat(address)

    def _say(self, key: str, lang: str, **params: Any) -> str:
        return self.chats.house.words.say(text(key, **params), lang)

    async def _speak(self, lang: str) -> None:
        house, addresses = self.chats.house, self.chats.personas
        await house.db.run(
            lambda session: speak(session, county=house.county, addresses=addresses, lang=lang)
        )
        ui.navigate.to("/demo")


def speak(session: Session, *, county: str, addresses: Iterable[str], lang: str) -> None:
    """Change the language of the people who have these web chats."""
    for address in addresses:
        account = session.get_one(Account, (county, "web", address))
        person = session.get_one(Person, (county, account.person_id))
        person.lang = lang
        session.add(person)


class Bar:
    """The demo's time and what pushes it."""

    def __init__(
        self,
        clock: DemoClock,
        say: Callable[..., str],
        lang: str,
        speak: Callable[[str], Awaitable[None]],
    ) -> None:
        self.clock, self.say, self.lang, self.speak = clock, say, lang, speak

    def show(self) -> None:
        """Build it."""
        other = next(each for each in LANGUAGES if each != self.lang)
        with ui.element("header").classes("zs-bar"):
            ui.label(self.say("demo-brand")).classes("zs-brand")
            self.time = ui.label().classes("zs-clock").mark("clock")
            with ui.element("div").classes("zs-pushes"):
                self.buttons = [
                    ui.button(self.say(key), on_click=partial(self._push, by)).props("unelevated no-caps")
                    for key, by in PUSHES.items()
                ]
            self.bar = ui.linear_progress(0.0, show_value=False, size="12px").classes("zs-progress")
            ui.element("div").classes("zs-space")
            ui.button(self.say("demo-guide")).props("flat").on("click", js_handler=_SHOW)
            ui.button(self.say(f"lang-{other}"), on_click=lambda: self.speak(other)).props("flat")
        self._refresh()
        ui.timer(0.5, self._refresh)

    def _push(self, by: timedelta) -> None:
        if not self.clock.busy:
            background_tasks.create(self.clock.push(by), name="push the demo's clock")
            self._refresh()

    def _refresh(self) -> None:
        house = self.clock.house
        self.time.text = house.words.moment(house.clock.now(), self.lang)
        for button in self.buttons:
            button.set_enabled(not self.clock.busy)
        self.bar.set_visibility(self.clock.busy)
        self.bar.value = self.clock.progress


class Slot:
    """One place on the screen: somebody's phone, who can change places with the others."""

    def __init__(
        self, chats: Chats, people: dict[str, Who], place: int, badge: "Tab", say: Callable[..., str]
    ) -> None:
        self.chats, self.people, self.badge, self.say = chats, people, badge, say
        self.box = ui.element("div").classes("zs-slot").props(f"id=zs-slot-{place}")

    def seat(self, address: str) -> None:
        """Put this person's phone here."""
        who = self.people[address]
        self.box.clear()
        self.badge.name(who.name)
        with self.box:
            phone = Phone(
                self.chats,
                address,
                who=who,
                heading=lambda who: (who.name, who.title),
                on_unread=self.badge.count,
            )
        with (
            phone.add_slot("tools"),
            ui.button(icon="swap_horiz").props("flat round color=white").classes("zs-tool") as button,
        ):
            swap = self.say("demo-swap")
            button.props(f'title="{swap}" aria-label="{swap}"')
            with ui.menu().classes("zs-people"):
                for other, person in self.people.items():
                    ui.menu_item(f"{person.name} · {person.title}", partial(self.seat, other))


class Tab:
    """On a narrow screen: goes to a phone, and tells how much is unread there."""

    def __init__(self, place: int) -> None:
        there = f"document.getElementById('zs-slot-{place}')"
        go = f"() => {there}.scrollIntoView({{behavior: 'smooth', inline: 'center'}})"
        with ui.button().props("outline no-caps").on("click", js_handler=go) as self.button:
            self.badge = ui.badge(color="red").props("floating")
        self.count(0)

    def name(self, name: str) -> None:
        """Whose phone it is."""
        self.button.text = name

    def count(self, unread: int) -> None:
        """How many messages nobody has looked at."""
        self.badge.text = str(unread)
        self.badge.set_visibility(unread > 0)


def _guide(say: Callable[..., str]) -> None:
    with ui.element("section").classes("zs-guide"):
        with ui.element("div").classes("zs-steps"):
            for place, step in enumerate(STEPS, start=1):
                with ui.element("div").classes("zs-step"):
                    ui.html(str(place), sanitize=False, tag="b")
                    ui.label(say(step))
        hide = ui.button(icon="close").props(f'flat round aria-label="{say("web-close")}"')
        hide.on("click", js_handler=_HIDE)
    ui.run_javascript(_AS_LEFT)
