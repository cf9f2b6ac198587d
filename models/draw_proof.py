"""The proof of a draw, once its seed is shown: the hash was fixed beforehand, and every check held fell when the
seed says."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from models.coverage import Span
from models.draw import commitment, drawn_moment
from models.draw_seed import CheckSeed, Draw, committed_hash, draws_of, revealed_seed
from models.duty import KeyPeriod, Shift
from models.policy import Policy
from models.spot_checks import DRAWN, SpotCheck
from models.spot_start import key_of


@dataclass
class Proof:
    """What verifying a period's draw came to. `committed`: the hash in the audit log, and since when."""

    seed: CheckSeed
    committed: str
    committed_at: datetime | None
    fits: bool
    draws: list[tuple[Draw, SpotCheck | None]] = field(default_factory=list)
    strange: list[SpotCheck] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nobody can have chosen the times: the hash fits, and no check fell at another time."""
        return self.fits and not self.strange


def verify_draw(session: Session, *, period: KeyPeriod, policy: Policy) -> Proof:
    """Compute the draw of a period again from its seed and its roster.

    A check whose shift was changed after it was held is proved by the hours it was drawn from, which it keeps.
    Errors: draw-none, draw-secret.
    """
    seed = revealed_seed(session, county=period.county, period_id=period.id)
    committed = committed_hash(session, period=period)
    secret = bytes.fromhex(seed.seed)
    known = committed[0] if committed else ""
    fits = commitment(secret) == seed.sha256 == known
    held = {check.key: check for check in _held(session, period)}
    draws = [
        (draw, held.get(key_of(period.id, draw))) for draw in draws_of(seed, _shifts(session, period), policy)
    ]
    strange = [check for check in held.values() if not _is_drawn(secret, check)]
    return Proof(seed, known, committed[1] if committed else None, fits, draws, strange)


def _held(session: Session, period: KeyPeriod) -> list[SpotCheck]:
    query = select(SpotCheck).where(
        SpotCheck.county == period.county, SpotCheck.period_id == period.id, SpotCheck.source == DRAWN
    )
    return list(session.exec(query.order_by(col(SpotCheck.drawn_at))))


def _shifts(session: Session, period: KeyPeriod) -> list[Shift]:
    query = select(Shift).where(
        Shift.county == period.county, Shift.period_id == period.id, col(Shift.removed_at).is_(None)
    )
    return list(session.exec(query))


def _is_drawn(secret: bytes, check: SpotCheck) -> bool:
    """Whether a check fell when its seed says, from the hours it was drawn from."""
    assert check.post_id is not None
    assert check.on is not None
    windows = [
        Span(datetime.fromisoformat(one), datetime.fromisoformat(other)) for one, other in check.windows
    ]
    at = drawn_moment(secret, post_id=check.post_id, on=check.on, k=check.k, windows=windows)
    return at == check.drawn_at
