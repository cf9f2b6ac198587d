"""The demo's clock: pushed forward in steps, so that everything on the way fires; its offset outlives a restart."""

from datetime import timedelta

from sqlmodel import Session

from bot.db import Database
from bot.house import House
from models.people import Setting

NAME = "demo-clock"  # models.people.Setting: seconds ahead of the real time
LONG = timedelta(hours=6)  # a longer push is made in bigger steps


class DemoClock:
    """Pushes a house's clock, one push at a time."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.busy = False
        self.progress = 0.0  # of the push under way, 0 to 1

    async def push(self, by: timedelta) -> None:
        """Let `by` pass. Does nothing while another push is under way."""
        if self.busy:
            return
        self.busy, self.progress = True, 0.0
        step = timedelta(minutes=30 if by > LONG else 10)
        passed = timedelta(0)
        try:
            await self.house.deliver_all()
            while passed < by:
                await self.house.fast_forward(min(step, by - passed), step=step)
                passed += step
                self.progress = min(1.0, passed / by)
                await self._keep()
        finally:
            self.busy = False

    async def _keep(self) -> None:
        county, offset = self.house.county, self.house.clock.offset
        await self.house.db.run(lambda session: keep_offset(session, county, offset))


def keep_offset(session: Session, county: str, offset: timedelta) -> None:
    """Note how far the demo's clock is ahead."""
    session.merge(Setting(county=county, name=NAME, value=str(offset.total_seconds())))


def kept_offset(db: Database, county: str) -> timedelta:
    """How far the clock was ahead when the demo was last stopped."""

    def look(session: Session) -> timedelta:
        setting = session.get(Setting, (county, NAME))
        return timedelta(seconds=float(setting.value)) if setting else timedelta(0)

    return db.read_now(look)
