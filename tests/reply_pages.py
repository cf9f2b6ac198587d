"""Reply links over real HTTP: a hazard that was given to a unit nobody of which has joined, and its phone."""

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import aiohttp
from sqlmodel import Session, select

from bot.db import Database
from models.assignment import assign_hazard, assign_together
from models.base import Actor
from models.files import add_stored_file
from models.hazard_flow import submit_report, verify_hazard
from models.hazard_reports import HazardReport
from models.hazards import Hazard
from models.outbox import Message
from models.people import Person, person_actor
from models.policy import Policy
from tests.chat import jpeg
from tests.county import NOW, County

POLICY = Policy(public_url="https://duty.example.gov.cn", office_phone="0374-7160001")
WORDS = {"name": "韩勇", "tel": "13800000016"}
_LINK = re.compile(r"https://duty\.example\.gov\.cn/r/([\w-]{22})")
_FORM = re.compile(r"<form.*?</form>", re.S)
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


def actor(session: Session, person: Person) -> Actor:
    """Somebody of the sample as one who acts."""
    return person_actor(session, person=person, channel="web")


def report(session: Session, county: County, said: str = "气瓶和明火在一个屋", **more: Any) -> Hazard:
    """A hazard at the shop, reported by the grid worker with one photo."""
    photo = add_stored_file(
        session, county=county.county, channel="web", sha256="0" * 64, size=1, mime="image/jpeg", now=NOW
    )
    told = {
        "area": county.grid_worker.area,
        "sector": "gas",
        "kind": "explosion",
        "description": said,
        "unit_id": county.shop.id,
        "unit_name": county.shop.name,
        "photo_ids": [photo],
    }
    by = actor(session, county.grid_worker)
    return submit_report(session, by=by, report=HazardReport(**(told | more)), now=NOW, policy=POLICY)


def verified(session: Session, county: County, *, major: bool = False, **more: Any) -> Hazard:
    """The same, graded by the office."""
    hazard = report(session, county, **more)
    level = (
        {"level": "major", "criterion_id": "GAS-9-1@2023-09-21", "reason": "现场核实"}
        if major
        else {"level": "general"}
    )
    return verify_hazard(
        session, by=actor(session, county.office), hazard=hazard, now=NOW, policy=POLICY, **level
    )


def assigned(
    session: Session, county: County, *, policy: Policy = POLICY, days: int = 7, **more: Any
) -> Hazard:
    """The same, given to the shop."""
    due_at = NOW.replace(hour=10) + days * (NOW.replace(day=2) - NOW.replace(day=1))
    return assign_hazard(
        session,
        by=actor(session, county.office),
        hazard=verified(session, county, **more),
        unit_id=county.shop.id,
        due_at=due_at,
        now=NOW,
        policy=policy,
    )


def in_one_notice(session: Session, county: County, *said: str) -> list[Hazard]:
    """Several hazards given to the shop together."""
    hazards = [verified(session, county, said=each) for each in said]
    due_at = NOW.replace(hour=10) + 7 * (NOW.replace(day=2) - NOW.replace(day=1))
    by = actor(session, county.office)
    assign_together(
        session, by=by, hazards=hazards, unit_id=county.shop.id, due_at=due_at, now=NOW, policy=POLICY
    )
    return hazards


def tokens(db: Database) -> list[str]:
    """The tokens that were sent to the office, the oldest first."""
    rows = db.read_now(lambda session: session.exec(select(Message).order_by(Message.id)).all())
    return [found for row in rows for found in _LINK.findall(str(row.body))]


@dataclass
class Phone:
    """The unit's phone at its link's page, without a script."""

    http: aiohttp.ClientSession
    token: str
    status: int = 0
    source: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    address: str = ""

    async def opens(self, query: str = "") -> str:
        """Open the link; the words of the page."""
        return await self._take(self.http.get(f"/r/{self.token}{query}"))

    async def _take(self, request: Any) -> str:
        async with request as response:
            self.status, self.source = response.status, await response.text()
            self.headers, self.address = response.headers, str(response.url)
        return self.words

    @property
    def words(self) -> str:
        """What the page says."""
        body = re.sub(r"<style>.*?</style>", "", self.source, flags=re.S)
        return unescape(re.sub(r"<[^>]+>", " ", body))

    def hidden(self, do: str, place: int = 0) -> dict[str, str]:
        """The hidden fields of a form of this kind on the page."""
        found = [dict(_HIDDEN.findall(form)) for form in _FORM.findall(self.source)]
        return [fields for fields in found if fields.get("do") == do][place]

    def offers(self) -> list[str]:
        """What can be done on the page."""
        return [dict(_HIDDEN.findall(form))["do"] for form in _FORM.findall(self.source)]

    async def answers(
        self, do: str, *, place: int = 0, photos: Iterable[bytes] = (), query: str = "", **fields: str
    ) -> str:
        """Fill in a form of the page and send it; the page that comes back."""
        return await self.sends({**self.hidden(do, place), **WORDS, **fields}, photos=photos, query=query)

    async def sends(
        self, fields: dict[str, str], *, photos: Iterable[bytes] = (), query: str = "", follow: bool = True
    ) -> str:
        """Send these fields as a browser does."""
        data = aiohttp.FormData(fields)
        for place, photo in enumerate(photos):
            data.add_field("photos", io.BytesIO(photo), filename=f"{place}.jpg", content_type="image/jpeg")
        request = self.http.post(f"/r/{self.token}{query}", data=data, allow_redirects=follow)
        return await self._take(request)

    async def photos(self) -> list[bytes]:
        """The photos of the page that lie in storage, as it shows them."""
        shown = []
        for at in re.findall(r'<img src="([^"]+)"', self.source):
            async with self.http.get(f"/r/{unescape(at)}") as response:
                assert response.status in (200, 404), at
                shown += [await response.read()] if response.status == 200 else []
        return shown


GREEN = jpeg("green", 640)
