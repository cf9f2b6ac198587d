"""What the office is told of the house itself: addresses lost, and the morning digest."""

from datetime import datetime

from sqlmodel import Session

from models.audience import recipients_for
from models.outbox import NOTICE, send_to
from models.people import Account, Person
from models.policy import OFFICE, Policy
from models.text import content, text


def tell_address_gone(
    session: Session, *, account: Account, reason: str, now: datetime, policy: Policy
) -> None:
    """Tell the office that someone can no longer be reached in a chat, and by what number to call them."""
    person = session.get(Person, (account.county, account.person_id)) if account.person_id else None
    name = person.name if person else (account.group_title or account.address)
    line = text(
        "address-gone",
        name=name,
        phone=(person.phone if person else "") or text("none"),
        channel=text(f"channel-{account.channel}"),
        reason=reason,
    )
    recipients = [
        recipient
        for recipient in recipients_for(
            session, county=account.county, audiences=[OFFICE], area=None, groups=False
        )
        if recipient.account and recipient.person_id != account.person_id
    ]
    send_to(
        session,
        recipients,
        county=account.county,
        body=content(line),
        kind=NOTICE,
        now=now,
        policy=policy,
        dedup=f"gone:{account.channel}:{account.address}:{now.date()}",
    )
