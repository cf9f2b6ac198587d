"""Waiting for something that happens in another task or on the wire."""

import asyncio
from collections.abc import Callable


async def until(true: Callable[[], bool], seconds: float = 5) -> None:
    """Return as soon as `true()` holds; TimeoutError if it never does."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.005)
