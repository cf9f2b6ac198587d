"""What a handler knows of the moment: the event, who sent it, the time, the rules, the transaction."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlmodel import Session

from handlers.inbound import FileRef, Inbound
from models.base import Actor, Grant, UserError, unshort
from models.files import add_file
from models.people import Person, grants_of
from models.policy import Policy
from models.text import Part

MAX_FILE = 20 * 1024 * 1024
Body = dict[str, Any]


def id_of(args: list[str], place: int = 0) -> int:
    """The id in a button's value. Errors: form-old-button."""
    try:
        return unshort(args[place])
    except (ValueError, IndexError):
        raise UserError("form-old-button") from None


@dataclass
class Context:
    """One event being handled, inside one transaction. `say` puts a text into the person's words."""

    session: Session
    inbound: Inbound
    county: str
    now: datetime
    policy: Policy
    lang: str
    say: Callable[[Part], str]
    person_id: int
    person_name: str
    home: str | None = None  # the person's own area
    replies: list[Body] = field(default_factory=list)
    toast: Part | None = None
    menu: tuple[str, ...] = ()
    grants: tuple[Grant, ...] | None = None  # the person's roles, where they are known already
    may_be_open: bool = True  # whether a form may be open in this chat, and one put aside
    may_be_parked: bool = True

    @cached_property
    def by(self) -> Actor:
        """The person with their roles."""
        grants = self.grants
        if grants is None:
            grants = grants_of(self.session, county=self.county, person_id=self.person_id)
        return Actor(self.county, self.person_id, self.person_name, self.inbound.channel, grants)

    @cached_property
    def person(self) -> Person:
        """The person's own row."""
        person = self.session.get(Person, (self.county, self.person_id))
        assert person is not None
        return person

    def reply(self, body: Body) -> None:
        """Answer in the chat the event came from."""
        self.replies.append(body)

    def keep_file(self, ref: FileRef) -> int:
        """Record a file that was sent; a worker fetches the bytes later. Errors: file-too-big."""
        if ref.size > MAX_FILE:
            raise UserError("file-too-big", most=MAX_FILE // 1024 // 1024)
        return add_file(
            self.session,
            county=self.county,
            channel=self.inbound.channel,
            remote_id=ref.remote_id,
            unique_id=ref.unique_id,
            kind=ref.kind,
            name=ref.name[:200],
            size=ref.size,
            mime=ref.mime[:100],
            now=self.now,
        )


def in_private(ctx: Context) -> None:
    """What is no answer for a group. Errors: form-private-only."""
    if ctx.inbound.group is not None:
        raise UserError("form-private-only")
