"""Photos made ready for a channel: from storage, straight from where they came, or not at all."""

import asyncio
import io
from collections.abc import Mapping
from typing import Any

import pytest
from PIL import Image

from bot.channel import Capabilities, Channel, PermanentError, Photo, TemporaryError
from bot.pictures import Kept, Pictures, Shown, photo_ids
from models.text import content, text
from tests.chat import jpeg


class Source:
    """A channel from which photos are fetched."""

    name = "telegram"
    capabilities = Capabilities(max_text=100, max_buttons=10)

    def __init__(self, files: Mapping[str, bytes | Exception]) -> None:
        self.files = files

    async def fetch(self, remote_id: str) -> bytes:
        found = self.files[remote_id]
        if isinstance(found, Exception):
            raise found
        return found


STORED = {"sha-red": jpeg("red", 300), "sha-green": jpeg("green", 300), "sha-none": b"no picture"}


def read(sha256: str) -> bytes:
    if sha256 not in STORED:
        raise FileNotFoundError(sha256)
    return STORED[sha256]


RED, GREEN = Kept("sha-red", "telegram", "t-red"), Kept("sha-green", "telegram", "t-green")
FRESH = Kept(None, "telegram", "t-fresh")


def pictures(**files: bytes | Exception) -> Pictures:
    source: Any = Source(files)
    channels: dict[str, Channel] = {"telegram": source}
    return Pictures(channels, read)


async def shown(
    body: dict[str, Any], kept: dict[int, Kept], channel: str = "telegram", **files: Any
) -> list[Photo]:
    files = {name.replace("_", "-"): data for name, data in files.items()}
    made = await pictures(**files).ready(body, kept, channel)
    assert made.side_by_side == (
        len([photo for photo in made.photos if is_pair(photo)]) == len(body.get("pairs", []))
    )
    return made.photos


def is_pair(photo: Photo) -> bool:
    return photo.data is not None and Image.open(io.BytesIO(photo.data)).width > 600


def test_the_photos_of_a_message() -> None:
    assert photo_ids({"lines": []}) == []
    assert photo_ids({"pairs": [[1, 2], [1, 3]], "photos": [4]}) == [1, 2, 1, 3, 4]


async def test_a_pair_is_one_picture_and_comes_before_the_others() -> None:
    found = await shown({"pairs": [[1, 2]], "photos": [3]}, {1: RED, 2: GREEN, 3: RED})
    assert [is_pair(photo) for photo in found] == [True, False]
    assert found[1] == Photo("sha-red", "t-red")


async def test_what_is_not_in_storage_yet_is_fetched_from_its_channel() -> None:
    (found,) = await shown({"pairs": [[1, 2]]}, {1: RED, 2: FRESH}, t_fresh=jpeg("green", 300))
    assert is_pair(found)


@pytest.mark.parametrize(
    "fault",
    [TemporaryError("503"), PermanentError("gone"), OSError("disk"), FileNotFoundError("x"), b"no picture"],
)
async def test_where_one_cannot_be_had_both_are_shown_as_they_are(fault: Any) -> None:
    found = await shown({"pairs": [[1, 2]]}, {1: RED, 2: FRESH}, t_fresh=fault)
    assert found == [Photo("sha-red", "t-red"), Photo(None, "t-fresh")]


async def test_a_broken_one_in_storage() -> None:
    broken = Kept("sha-none", "telegram", "t-none")
    lost = Kept("sha-lost", "telegram", "t-lost")
    for bad in (broken, lost):
        found = await shown({"pairs": [[1, 2], [1, 3]]}, {1: RED, 2: bad, 3: GREEN})
        assert [is_pair(photo) for photo in found] == [True, False, False]
        assert found[1:] == [Photo("sha-red", "t-red"), Photo(bad.sha256, bad.remote_id)]


async def test_one_that_is_not_on_record_at_all() -> None:
    assert await shown({"pairs": [[1, 2]], "photos": [9]}, {1: RED}) == [Photo("sha-red", "t-red")]


async def test_one_that_was_given_up_is_not_asked_for_again() -> None:
    given_up = Kept(None, "telegram", "t-fresh", failed=True)
    found = await shown({"pairs": [[1, 2]]}, {1: RED, 2: given_up}, t_fresh=jpeg("green", 300))
    assert found == [Photo("sha-red", "t-red"), Photo(None, "t-fresh")]


async def test_a_photo_of_another_channel_that_was_not_fetched_yet_is_not_lost() -> None:
    data = jpeg("green", 300)
    assert await shown({"photos": [1]}, {1: FRESH}, "web", t_fresh=data) == [Photo(None, data=data)]
    assert await shown({"photos": [1, 2]}, {1: FRESH, 2: RED}, "web", t_fresh=OSError("x")) == [
        Photo("sha-red")
    ]
    elsewhere = Kept(None, "wecom", "w-1")
    assert await shown({"photos": [1]}, {1: elsewhere}, "web") == []


async def test_a_channel_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.pictures.PATIENCE", 0.01)

    class Silent(Source):
        async def fetch(self, remote_id: str) -> bytes:
            await asyncio.Event().wait()
            return b""

    silent: Any = Silent({})
    made = await Pictures({"telegram": silent}, read).ready(
        {"pairs": [[1, 2]]}, {1: RED, 2: FRESH}, "telegram"
    )
    assert made.photos == [Photo("sha-red", "t-red"), Photo(None, "t-fresh")]


async def test_without_storage_nothing_is_put_side_by_side() -> None:
    made = await Pictures({}, None).ready({"pairs": [[1, 2]]}, {1: RED, 2: GREEN}, "telegram")
    assert made.photos == [Photo("sha-red", "t-red"), Photo("sha-green", "t-green")]


def test_the_words_say_what_is_shown() -> None:
    body = content(text("photos-side-by-side"), "整改前后", photos=[1])
    assert Shown([], side_by_side=True).words(body) is body
    assert Shown([], side_by_side=False).words(body)["lines"] == [text("photos-in-order"), "整改前后"]
