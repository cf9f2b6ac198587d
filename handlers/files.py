"""A document sent to the bot: a duty roster or a table of days off, from someone who may import one."""

from handlers.context import Context
from models.base import UserError
from models.drafts import active_draft
from models.text import content, text
from models.upload_notices import file_name
from models.uploads import MAY_SEND_ROSTERS, add_upload

NAME_MOST = 60
_TABLES = (".xlsx", ".xls", ".csv", ".json", ".ics")


def take_file(ctx: Context) -> bool:
    """Take a roster: it is fetched and read by a worker, which answers. False: the open form should answer.

    Errors: file-too-big; file-unexpected from anybody else.
    """
    inbound = ctx.inbound
    may_send = bool(inbound.files) and ctx.by.has(*MAY_SEND_ROSTERS)
    is_table = may_send and inbound.files[0].name.lower().endswith(_TABLES)
    if not is_table and _has_form(ctx):
        return False
    if not may_send:
        raise UserError("file-unexpected")
    ref = inbound.files[0]
    file_id, name = ctx.keep_file(ref), _shown(ref.name)
    add_upload(ctx.session, by=ctx.by, address=inbound.address, file_id=file_id, name=name, now=ctx.now)
    ctx.reply(content(text("upload-taken", name=file_name(name))))
    return True


def _has_form(ctx: Context) -> bool:
    chat = {"channel": ctx.inbound.channel, "address": ctx.inbound.address}
    return active_draft(ctx.session, county=ctx.county, **chat) is not None


def _shown(name: str) -> str:
    """A file's name as it can be said: one line, nothing unprintable, not too long."""
    return " ".join("".join(each if each.isprintable() else " " for each in name).split())[:NAME_MOST]
