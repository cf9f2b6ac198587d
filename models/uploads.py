"""Rosters and days off sent to the bot as files: taken, read when their bytes are there, previewed, used once."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy import text as sql
from sqlmodel import Session, col, select

from models.audit import record
from models.base import (
    Actor,
    CountyRow,
    Id,
    MaybeId,
    UserError,
    compare_and_set,
    json_field,
    savepoint,
    utc_field,
)
from models.calendar_file import DayTable
from models.calendar_upload import DaysTaken, days_json, days_of_json, take_days, tell_days
from models.duty import KeyPeriod, Post
from models.files import File
from models.people import (
    ADMIN,
    SAFETY_OFFICE,
    TOWN_OFFICER,
    Person,
    person_actor,
)
from models.people_import import Invited, invite_people, without_chat
from models.periods import period_by_id, periods_ahead
from models.policy import Policy
from models.roster import read_lines, roster_rows
from models.roster_file import Sheet
from models.roster_import import RosterImport, import_lines
from models.roster_lines import as_json, from_json
from models.roster_period import NoPeriod, fitting_period
from models.roster_review import review_lines
from models.text import Part
from models.upload_notices import Preview, file_name, tell_fault, tell_no_period, tell_preview

MAY_SEND_ROSTERS = (SAFETY_OFFICE, ADMIN, TOWN_OFFICER)

WAITING = "waiting"  # for its bytes
REFUSED = "refused"  # cannot be read, or a row is wrong
HOMELESS = "homeless"  # no key period fits
PREVIEWED = "previewed"
PUBLISHED = "published"
DISCARDED = "discarded"

ROSTER, DAYS = "roster", "days"  # what was found in the file

IS_WAITING = "state = 'waiting'"  # written out, for the partial index


class Upload(CountyRow, table=True):
    """A file that someone sent in a chat. `kind`: a roster, or days off. `lines` is what was read of it,
    until it is published.

    `first_day`, `last_day`: what it covers, where no key period fits. `people`: whom a published one names.
    """

    __table_args__ = (
        Index(
            "ix_upload_waiting",
            "county",
            "id",
            sqlite_where=sql(IS_WAITING),
            postgresql_where=sql(IS_WAITING),
        ),
    )

    person_id: Id
    channel: str
    address: str
    file_id: Id
    name: str
    kind: str = ROSTER
    state: str = WAITING
    reason: str = ""
    period_id: MaybeId = None
    first_day: date | None = None
    last_day: date | None = None
    lines: list[Any] = json_field(list)
    people: list[Any] = json_field(list)
    created_at: datetime = utc_field()
    done_at: datetime | None = utc_field(default=None, nullable=True)


def add_upload(
    session: Session, *, by: Actor, address: str, file_id: int, name: str, now: datetime
) -> Upload:
    """Record a roster file that is still to be fetched and read. Error: not-allowed."""
    if not by.has(*MAY_SEND_ROSTERS) or by.person_id is None:
        raise UserError("not-allowed")
    upload = Upload(
        county=by.county,
        person_id=by.person_id,
        channel=by.channel,
        address=address,
        file_id=file_id,
        name=name,
        created_at=now,
    )
    session.add(upload)
    _event(session, by, upload, "add", now)
    return upload


def _event(session: Session, by: Actor, upload: Upload, action: str, now: datetime) -> None:
    session.flush()
    after = {"name": upload.name, "state": upload.state, "reason": upload.reason, "period": upload.period_id}
    record(session, by=by, subject="upload", subject_id=upload.id, action=action, now=now, after=after)


def uploads_to_read(session: Session, *, county: str, limit: int = 10) -> list[tuple[int, str | None, str]]:
    """Files that wait to be read and are fetched by now: id, hash (None for one that never came), name."""
    rows = session.exec(
        select(Upload.id, File.state, File.sha256, Upload.name)
        .join(File, (col(File.county) == Upload.county) & (col(File.id) == Upload.file_id))
        .where(
            Upload.county == county, sql(f"upload.{IS_WAITING}"), col(File.state).in_(("stored", "failed"))
        )
        .order_by(col(Upload.id))
        .limit(limit)
    )
    return [
        (upload_id, sha256 if state == "stored" else None, name) for upload_id, state, sha256, name in rows
    ]


def read_upload(
    session: Session,
    *,
    county: str,
    upload_id: int,
    sheets: Sequence[Sheet] | DayTable | UserError,
    now: datetime,
    policy: Policy,
) -> None:
    """Say what a file would change, or what is wrong with it, to whoever sent it; once, whoever reads.

    `sheets` is the file as rows of cells, or as days off, or why it has none. Nothing of the roster
    itself is stored.
    """
    upload = session.get_one(Upload, (county, upload_id))
    if not _move(session, upload, WAITING, state=REFUSED):
        return
    person = session.get_one(Person, (county, upload.person_id))
    by = person_actor(session, person=person, channel=upload.channel)
    try:
        if isinstance(sheets, UserError):
            raise sheets
        if isinstance(sheets, DayTable):
            _preview_days(session, upload, person, by, sheets, now, policy)
        else:
            _preview(session, upload, by, sheets, now, policy)
    except NoPeriod as error:
        upload.state, upload.first_day, upload.last_day = HOMELESS, error.first, error.last
        tell_no_period(session, upload, person, by, error, now=now, policy=policy)
    except UserError as error:
        upload.lines, upload.reason = [], error.key
        tell_fault(session, upload, person, error, now=now, policy=policy)
    session.add(upload)
    _event(session, by, upload, "read", now)


def _move(session: Session, upload: Upload, before: str, **values: Any) -> bool:
    """Claim a step: true for the one who took it."""
    return compare_and_set(session, upload, col(Upload.state) == before, **values)


def _preview(
    session: Session, upload: Upload, by: Actor, sheets: Sequence[Sheet], now: datetime, policy: Policy
) -> None:
    rows = roster_rows(sheets)
    periods = periods_ahead(session, county=by.county, now=now)
    period = fitting_period(rows, periods=periods, today=policy.local(now).date(), policy=policy)
    lines = read_lines(rows, period=period, policy=policy)
    encoded = [as_json(line) for line in lines]
    upload.period_id, upload.lines = period.id, encoded
    preview = _rehearse(session, upload, by, now, policy)
    upload.state, upload.period_id, upload.lines = PREVIEWED, preview.period_id, encoded
    person = session.get_one(Person, (by.county, upload.person_id))
    tell_preview(session, upload, person, preview, now=now, policy=policy)


def _preview_days(
    session: Session,
    upload: Upload,
    person: Person,
    by: Actor,
    table: DayTable,
    now: datetime,
    policy: Policy,
) -> None:
    tell_days(session, upload, person, by, table.rows, now=now, policy=policy)
    upload.state, upload.kind, upload.lines = PREVIEWED, DAYS, days_json(table.rows)


def take_upload_days(
    session: Session, *, by: Actor, upload_id: int, now: datetime, policy: Policy
) -> DaysTaken:
    """Take over a previewed notice of days off.

    Errors: upload-unknown, upload-published, upload-discarded, and those of `import_days`.
    """
    upload = own_upload(session, by=by, upload_id=upload_id, kind=DAYS)
    if not _move(session, upload, PREVIEWED, state=PUBLISHED, done_at=now):
        raise UserError(_OVER.get(upload.state, "upload-unknown"), name=file_name(upload.name))
    taken = take_days(session, by=by, rows=days_of_json(upload.lines), now=now, policy=policy)
    upload.lines = []
    session.add(upload)
    _event(session, by, upload, "publish", now)
    return taken


class _Undone(Exception):
    """Ends a rehearsal."""


def _rehearse(session: Session, upload: Upload, by: Actor, now: datetime, policy: Policy) -> Preview:
    """Publish it and undo that: what it would do is known exactly, all its faults are found."""
    seen: list[Preview] = []
    try:
        with savepoint(session):
            period, done = _import(session, upload, by, now, policy)
            people = _people(session, by.county, done.rostered)
            waiting = without_chat(session, county=by.county, people=people)
            seen.append(
                Preview(
                    period_id=period.id,
                    period=period.name,
                    starts_at=period.starts_at,
                    ends_at=period.ends_at,
                    posts=len({line[2] for line in upload.lines}),
                    shifts=len(upload.lines),
                    added=done.published.added,
                    changed=done.published.changed,
                    removed=done.published.removed,
                    told=done.published.told,
                    new_posts=[post.name for post in done.posts],
                    new_people=[person.name for person in done.people],
                    without_chat=[person.name for person in waiting],
                    review=_review(session, upload, period, now, policy),
                )
            )
            raise _Undone
    except _Undone:
        session.expire_all()  # what was read inside is no longer so
    return seen[0]


def _review(session: Session, upload: Upload, period: KeyPeriod, now: datetime, policy: Policy) -> list[Part]:
    names = {line[2] for line in upload.lines}
    query = select(Post.id).where(Post.county == upload.county, col(Post.name).in_(names))
    post_ids = session.exec(query).all()
    return review_lines(session, period=period, post_ids=post_ids, now=now, policy=policy)


def _import(
    session: Session, upload: Upload, by: Actor, now: datetime, policy: Policy
) -> tuple[KeyPeriod, RosterImport]:
    assert upload.period_id is not None
    period = period_by_id(session, county=by.county, period_id=upload.period_id)
    lines = [from_json(line) for line in upload.lines]
    return period, import_lines(session, by=by, period=period, lines=lines, now=now, policy=policy)


def _people(session: Session, county: str, ids: Sequence[int]) -> list[Person]:
    return [session.get_one(Person, (county, person_id)) for person_id in ids]


def own_upload(session: Session, *, by: Actor, upload_id: int, kind: str | None = None) -> Upload:
    """An upload of the actor's own, of this kind. Error: upload-unknown."""
    upload = session.get(Upload, (by.county, upload_id))
    if upload is None or upload.person_id != by.person_id or kind not in (None, upload.kind):
        raise UserError("upload-unknown")
    return upload


def publish_upload(
    session: Session, *, by: Actor, upload_id: int, now: datetime, policy: Policy
) -> tuple[KeyPeriod, RosterImport]:
    """Publish a previewed roster as things stand now; everyone whose shift changes is told.

    Errors: upload-unknown, upload-published, upload-discarded, and those of `import_lines`.
    """
    upload = own_upload(session, by=by, upload_id=upload_id, kind=ROSTER)
    if not _move(session, upload, PREVIEWED, state=PUBLISHED, done_at=now):
        raise UserError(_OVER.get(upload.state, "upload-unknown"), name=file_name(upload.name))
    period, done = _import(session, upload, by, now, policy)
    upload.lines, upload.people = [], done.rostered
    session.add(upload)
    _event(session, by, upload, "publish", now)
    return period, done


_OVER = {PUBLISHED: "upload-published", DISCARDED: "upload-discarded"}


def discard_upload(session: Session, *, by: Actor, upload_id: int, now: datetime) -> Upload:
    """Give a previewed roster up. Errors: upload-unknown, upload-published, upload-discarded."""
    upload = own_upload(session, by=by, upload_id=upload_id)
    if not _move(session, upload, PREVIEWED, state=DISCARDED, done_at=now, lines=[]):
        raise UserError(_OVER.get(upload.state, "upload-unknown"), name=file_name(upload.name))
    _event(session, by, upload, "discard", now)
    return upload


def read_again(session: Session, *, by: Actor, upload_id: int) -> bool:
    """Have a roster that no period fitted read once more: there is a period for it now. False: not needed."""
    upload = own_upload(session, by=by, upload_id=upload_id)
    return _move(session, upload, HOMELESS, state=WAITING)


def waiting_people(session: Session, *, by: Actor, upload_id: int) -> list[Person]:
    """Those named by a published roster who have not joined on any channel. Error: upload-unknown."""
    upload = own_upload(session, by=by, upload_id=upload_id)
    return without_chat(session, county=by.county, people=_people(session, by.county, upload.people))


def invite_rostered(session: Session, *, by: Actor, upload_id: int, now: datetime) -> list[Invited]:
    """An invitation for each of them. Errors: upload-unknown, not-allowed."""
    people = waiting_people(session, by=by, upload_id=upload_id)
    return invite_people(session, by=by, people=people, now=now)
