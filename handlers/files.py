"""A document sent to the bot: for now, a duty roster from the office."""

from handlers.context import Context


def take_file(ctx: Context) -> bool:
    """Whether the file was for us (a roster from someone who may import one)."""
    return False
