"""日历订阅 in the chat: the secret address of one's own shifts or of a post's, made anew or given up."""

from typing import Any

from handlers.context import Context, id_of, in_private
from models.base import UserError, short
from models.feeds import make_feed, may_subscribe, revoke_feeds
from models.posts import posts_of
from models.text import button, content, text

POSTS_MOST = 12
Rows = list[list[dict[str, Any]]]


def feed_word(ctx: Context, rest: str) -> None:
    """What a feed is, and the choice. In a private chat only: the address is a secret."""
    rows: Rows = [[button(text("button-feed-mine"), "a:feed")]]
    if _posts(ctx):
        rows.append([button(text("button-feed-post"), "a:feedposts")])
    rows.append([button(text("button-feed-stop"), "a:feedstop")])
    ctx.reply(content(text("feed-what"), buttons=rows))


def _posts(ctx: Context) -> list[Any]:
    return [post for post in posts_of(ctx.session, county=ctx.county) if may_subscribe(ctx.by, post)]


def choose_post(ctx: Context, args: list[str]) -> None:
    """The posts whose shifts this person may have in their calendar, a few at a time."""
    try:
        first = int(args[0]) if args else 0
    except ValueError:
        raise UserError("form-old-button") from None
    posts = _posts(ctx)
    rows: Rows = [
        [button(post.name, f"a:feedpost:{short(post.id)}")] for post in posts[first : first + POSTS_MOST]
    ]
    if first + POSTS_MOST < len(posts):
        rows.append([button(text("button-more"), f"a:feedposts:{first + POSTS_MOST}")])
    ctx.reply(content(text("feed-which-post"), buttons=rows))


def make(ctx: Context, args: list[str]) -> None:
    """The address of one's own shifts."""
    _make(ctx, None)


def make_for_post(ctx: Context, args: list[str]) -> None:
    """The address of a post's shifts. Errors: form-old-button, post-unknown, not-allowed."""
    post_id = id_of(args)
    _make(ctx, post_id)


def _make(ctx: Context, post_id: int | None) -> None:
    """Errors: form-private-only, feed-no-address."""
    in_private(ctx)
    if not ctx.policy.public_url:
        raise UserError("feed-no-address")
    token = make_feed(ctx.session, by=ctx.by, now=ctx.now, post_id=post_id)
    address = f"{ctx.policy.public_url}/calendar/{token}.ics"
    ctx.reply(content(text("feed-here"), address, text("feed-how"), text("feed-secret")))


def stop(ctx: Context, args: list[str]) -> None:
    """停用: no address of theirs opens any more."""
    count = revoke_feeds(ctx.session, by=ctx.by, now=ctx.now)
    ctx.toast = text("feed-stopped") if count else text("feed-none")
    ctx.reply(content(ctx.toast))
