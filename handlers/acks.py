"""收到, tapped or typed: what the one who answers an alarm is told."""

from handlers.context import Context
from models.incident_notices import answer_alarm
from models.text import Part, text


def answered(ctx: Context, alarm_id: int, group: tuple[str, str] | None = None) -> Part:
    """Answer an alarm; the words for whoever did. Errors: alarm-unknown, not-allowed."""
    alarm, new = answer_alarm(
        ctx.session, by=ctx.by, alarm_id=alarm_id, now=ctx.now, policy=ctx.policy, group=group
    )
    if alarm.everyone:
        if alarm.closed:
            return text("acked-over")
        return text("acked-mine") if new else text("acked-already")
    if alarm.acked_by is None:
        return text("acked-over")
    mine = alarm.acked_by == ctx.person_id
    return text("acked-mine") if mine else text("acked-before", name=alarm.acked_name)
