"""Looking at the photos of spot checks once they are fetched: taken long ago, sent before, taken elsewhere?"""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.audit import record
from models.base import compare_and_set, system
from models.duty import Post
from models.files import Attachment, File
from models.geo import Point, distance
from models.policy import Policy
from models.spot_checks import FAR, LOST, OLD, REUSED, SpotAnswer, SpotCheck
from models.spot_notices import tell_doubtful

OLD_AFTER = timedelta(minutes=30)  # by the camera's clock, which may be a little off
_AGAIN = timedelta(minutes=1)


def photos_due(session: Session, *, county: str, now: datetime, policy: Policy, limit: int = 100) -> int:
    """The tick: answers whose photos are still to be looked at; how many were."""
    due = session.exec(
        select(SpotAnswer)
        .where(SpotAnswer.county == county, col(SpotAnswer.photo_at) <= now)
        .order_by(col(SpotAnswer.photo_at))
        .limit(limit)
    ).all()
    return sum(_look(session, answer, now, policy) for answer in due)


def _look(session: Session, answer: SpotAnswer, now: datetime, policy: Policy) -> int:
    files = _files(session, answer)
    waits = any(file.state == "pending" for file in files)
    post = session.get_one(Post, (answer.county, answer.post_id))
    found = (
        set() if waits else {flag for file in files for flag in _faults(session, file, answer, post, policy)}
    )
    flags = [flag for flag in (OLD, REUSED, FAR, LOST) if flag in found]
    if not _claim(session, answer, photo_at=now + _AGAIN if waits else None, flags=flags) or waits:
        return 0
    if flags:
        by, after = system(answer.county), {"flags": flags}
        record(session, by=by, subject="check", subject_id=answer.id, action="doubt", now=now, after=after)
        check = session.get_one(SpotCheck, (answer.county, answer.check_id))
        tell_doubtful(session, check, answer, [file.id for file in files], now=now, policy=policy)
    return 1


def _claim(session: Session, answer: SpotAnswer, **values: object) -> bool:
    return compare_and_set(session, answer, col(SpotAnswer.photo_at) == answer.photo_at, **values)


def _files(session: Session, answer: SpotAnswer) -> list[File]:
    query = (
        select(File)
        .join(Attachment, (col(Attachment.county) == File.county) & (col(Attachment.file_id) == File.id))
        .where(
            Attachment.county == answer.county,
            Attachment.subject == "check",
            Attachment.subject_id == answer.id,
        )
    )
    return list(session.exec(query.order_by(col(File.id))))


def _faults(session: Session, file: File, answer: SpotAnswer, post: Post, policy: Policy) -> list[str]:
    """What is wrong with one photo. A phone that writes no time or place into its photos proves nothing."""
    if file.state != "stored":
        return [LOST]
    faults = []
    taken = exif_moment(file.exif_at, policy)
    if taken is not None and taken < answer.asked_at - OLD_AFTER:
        faults.append(OLD)
    if _seen_before(session, file):
        faults.append(REUSED)
    if _elsewhere(file, post, policy):
        faults.append(FAR)
    return faults


def exif_moment(written: str, policy: Policy) -> datetime | None:
    """What a camera wrote ("2026:10:01 14:03:59", the local time); None if it is no time."""
    try:
        return datetime.strptime(written[:19], "%Y:%m:%d %H:%M:%S").replace(tzinfo=policy.zone)
    except ValueError:
        return None


def _seen_before(session: Session, file: File) -> bool:
    """Whether the very same picture was sent by anybody for anything before."""
    query = select(File.id).where(
        File.county == file.county, File.sha256 == file.sha256, col(File.id) < file.id
    )
    return session.exec(query.limit(1)).first() is not None


def _elsewhere(file: File, post: Post, policy: Policy) -> bool:
    if file.exif_lat is None or file.exif_lon is None or post.lat is None or post.lon is None:
        return False
    metres = distance(Point(file.exif_lat, file.exif_lon), Point(post.lat, post.lon))
    return metres > (post.radius or policy.checkin_radius)
