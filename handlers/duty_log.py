"""The duty log in the chat: writing an entry (记事), reading the log page by page (值班日志)."""

from handlers.answers import clean
from handlers.context import Context, id_of
from handlers.conversations import open_form
from handlers.forms import Answers
from handlers.log_form import LOG
from models.base import UserError, short
from models.duty import Post
from models.duty_log import (
    BODY_MOST,
    LogEntry,
    entry_photos,
    entry_with_photos,
    log_page,
    logs_of,
    may_read_log,
)
from models.duty_views import who_is_on
from models.on_post import my_posts
from models.people import (
    ADMIN,
    DUTY_LEADER,
    DUTY_OFFICER,
    OFFICE_LEADER,
    SAFETY_OFFICE,
    TOWN_OFFICER,
    Person,
)
from models.text import Part, button, content, text, when

MAY_READ_LOGS = (DUTY_LEADER, DUTY_OFFICER, TOWN_OFFICER, SAFETY_OFFICE, OFFICE_LEADER, ADMIN)
PAGE = 6
POSTS_MOST = 20


def note(ctx: Context, rest: str) -> None:
    """记事: write an entry; the words may follow at once. Error: log-not-on-post."""
    here = my_posts(ctx.session, county=ctx.county, person_id=ctx.person_id, now=ctx.now)
    if not here:
        raise UserError("log-not-on-post")
    answers: Answers = {}
    if len(here) == 1:
        duty, _, post = here[0]
        answers["duty"] = {"v": str(duty.id), "s": post.name}
    if rest:
        said = clean(rest, most=BODY_MOST)
        answers["body"] = {"v": said, "s": said}
    open_form(ctx, LOG, answers=answers)


def note_tap(ctx: Context, args: list[str]) -> None:
    """记一条."""
    note(ctx, "")


def log(ctx: Context, rest: str) -> None:
    """值班日志: the log of the post one is at, or stood at, or answers for; several are offered."""
    posts = logs_of(ctx.session, by=ctx.by, now=ctx.now) or _answered_for(ctx)
    if not posts:
        raise UserError("log-none-to-read")
    if len(posts) == 1:
        _show(ctx, posts[0].id, None)
        return
    rows = [[button(post.name, f"a:log:{short(post.id)}")] for post in posts[:POSTS_MOST]]
    ctx.reply(content(text("log-which"), buttons=rows))


def _answered_for(ctx: Context) -> list[Post]:
    """The posts stood now whose log this person may read: of the office all, of a town its own."""
    running = who_is_on(ctx.session, county=ctx.county, at=ctx.now)
    posts = {one.post.id: one.post for one in running}.values()
    return [post for post in posts if may_read_log(ctx.session, by=ctx.by, post=post, now=ctx.now)]


def log_tap(ctx: Context, args: list[str]) -> None:
    """A page of a post's log: `log:<post>[:<entry after which it goes on>]`."""
    _show(ctx, id_of(args, 0), id_of(args, 1) if len(args) > 1 else None)


def photos(ctx: Context, args: list[str]) -> None:
    """An entry with its photos: `logpics:<entry>`."""
    entry, ids = entry_with_photos(ctx.session, by=ctx.by, entry_id=id_of(args, 0), now=ctx.now)
    kind = text(f"log-kind-{entry.kind}")
    ctx.reply(content(text("log-photos-of", at=when(entry.at), kind=kind), entry.body, photos=ids))


def _show(ctx: Context, post_id: int, before: int | None) -> None:
    post, found = log_page(
        ctx.session, by=ctx.by, post_id=post_id, now=ctx.now, limit=PAGE + 1, before=before
    )
    shown = found[:PAGE]
    head = "log-head" if found else "log-none" if before is None else "log-empty-yet"
    lines: list[Part] = [text(head, post=post.name)]
    rows = []
    pictures = []
    for entry, person in shown:
        count = len(entry_photos(ctx.session, entry))
        lines.append(_line(entry, person, count))
        if count:
            label = text("button-log-photos", at=when(entry.at))
            pictures.append(button(label, f"a:logpics:{short(entry.id)}"))
    rows += [[each] for each in pictures]
    last = []
    if any(each.id == post.id for _, _, each in _here(ctx)):
        last.append(button(text("button-write-log"), "a:note"))
    if len(found) > PAGE:
        last.append(button(text("button-more"), f"a:log:{short(post.id)}:{short(shown[-1][0].id)}"))
    ctx.reply(content(*lines, buttons=[*rows, *([last] if last else [])]))


def _here(ctx: Context) -> list[tuple[object, object, Post]]:
    return list(my_posts(ctx.session, county=ctx.county, person_id=ctx.person_id, now=ctx.now))


def _line(entry: LogEntry, person: Person, photos: int) -> Part:
    said = {"at": when(entry.at), "name": person.name, "body": entry.body}
    kind = text(f"log-kind-{entry.kind}")
    return (
        text("log-line-photos", kind=kind, photos=photos, **said)
        if photos
        else text("log-line", kind=kind, **said)
    )
