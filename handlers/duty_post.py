"""The posts (岗位) in the chat: which there are, adding one, changing one."""

from handlers.context import Context, id_of
from handlers.conversations import open_form
from handlers.duty_post_forms import POST, answers_of, pattern_name
from handlers.duty_who import town_of
from models.base import UserError, short
from models.duty import Post
from models.people import ADMIN, SAFETY_OFFICE, TOWN_OFFICER
from models.posts import may_edit_post, posts_of
from models.text import Part, button, content, text

MAY_EDIT = (SAFETY_OFFICE, ADMIN, TOWN_OFFICER)
SHOWN = 8


def posts_word(ctx: Context, rest: str) -> None:
    """岗位: the posts with telephone and shifts; a town's officer sees the town's. Typed with a name: that post."""
    _page(ctx, 0)


def posts(ctx: Context, args: list[str]) -> None:
    """A further page: a:posts:<from>. Error: not-allowed."""
    try:
        first = int(args[0]) if args else 0
    except ValueError:
        raise UserError("form-old-button") from None
    if not ctx.by.has(*MAY_EDIT):
        raise UserError("not-allowed")
    _page(ctx, max(0, first))


def _page(ctx: Context, first: int) -> None:
    found = posts_of(ctx.session, county=ctx.county, area=town_of(ctx))
    found = [post for post in found if may_edit_post(ctx.by, post.area)]
    lines: list[Part] = [text("posts-head", count=len(found)) if found else text("posts-none")]
    rows = []
    for post in found[first : first + SHOWN]:
        lines.append(_line(post))
        rows.append([button(text("button-edit-post", name=post.name), f"a:post:{short(post.id)}")])
    if first + SHOWN < len(found):
        rows.append([button(text("button-more"), f"a:posts:{first + SHOWN}")])
    rows.append([button(text("button-new-post"), "a:newpost")])
    ctx.reply(content(*lines, buttons=rows))


def _line(post: Post) -> Part:
    return text(
        "post-line",
        name=post.name,
        phone=post.phone or text("duty-no-phone"),
        pattern=pattern_name(list(post.starts)),
    )


def new_post(ctx: Context, args: list[str]) -> None:
    """A new post. Error: not-allowed."""
    if not ctx.by.has(*MAY_EDIT):
        raise UserError("not-allowed")
    open_form(ctx, POST)


def edit_post(ctx: Context, args: list[str]) -> None:
    """A post's facts, each to be changed by a tap. Errors: form-old-button, post-unknown, not-allowed."""
    post = ctx.session.get(Post, (ctx.county, id_of(args)))
    if post is None or not post.active:
        raise UserError("post-unknown")
    if not may_edit_post(ctx.by, post.area):
        raise UserError("not-allowed")
    open_form(ctx, POST, answers=answers_of(ctx, post), meta={"post": post.id})
