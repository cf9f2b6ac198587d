"""Opening the assignment of all that waits at a unit: by its button in the list, or typed by the unit's name."""

from handlers.assign_unit_form import ASSIGN_UNIT, assign_unit_answers
from handlers.context import Context, id_of
from handlers.conversations import open_form
from handlers.hazard_actions import VERBS
from models.assignment import to_assign_at
from models.base import UserError, short
from models.hazard_sight import hazard_by_number
from models.units import find_units


def assign_unit(ctx: Context, args: list[str]) -> None:
    """Assign together what waits at a unit: `assign_unit:<unit>`. Errors: notice-empty, form-old-button."""
    unit_id = id_of(args)
    hazards = to_assign_at(ctx.session, by=ctx.by, unit_id=unit_id)
    if not hazards:
        raise UserError("notice-empty")
    meta = {"unit": unit_id, "hazards": [hazard.id for hazard in hazards]}
    open_form(ctx, ASSIGN_UNIT, answers=assign_unit_answers(ctx, hazards), meta=meta)


def assign_by_name(ctx: Context, said: str) -> bool:
    """ "交办 老城烧烤店" or "交办 2026-0003", typed; false where nothing of that name waits."""
    year = ctx.policy.local(ctx.now).year
    try:
        hazard = hazard_by_number(ctx.session, by=ctx.by, number=said, year=year)
    except UserError:
        return _assign_at(ctx, said)
    VERBS["assign"](ctx, [short(hazard.id)])
    return True


def _assign_at(ctx: Context, said: str) -> bool:
    for unit in find_units(ctx.session, county=ctx.county, typed=said, area=ctx.home):
        if to_assign_at(ctx.session, by=ctx.by, unit_id=unit.id, limit=1):
            assign_unit(ctx, [short(unit.id)])
            return True
    return False
