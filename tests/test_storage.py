"""Files under their hash, what their EXIF tells, and photos that are none."""

import hashlib
import io
import random
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

from bot.channel import TemporaryError
from bot.db import Database
from bot.storage import NotAnImage, Storage, inspect_image
from bot.web.channel import WebChannel
from models.files import MAX_TRIES
from tests.chat import Town, jpeg, web_town
from tests.county import County
from tests.hazard_chats import ON_SQLITE, files


@pytest.fixture(params=["folder", "memory"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    return Storage(str(tmp_path / "files") if request.param == "folder" else f"memory://{tmp_path}/files")


def test_what_is_put_comes_back_and_is_kept_once(storage: Storage) -> None:
    sha256 = storage.put(b"one")
    assert sha256 == hashlib.sha256(b"one").hexdigest()
    assert storage.put(b"one") == sha256
    assert storage.get(sha256) == b"one"
    assert storage.put(b"") != sha256
    assert len(storage.fs.find(storage.root)) == 2


def test_the_same_put_by_several_at_once_is_kept_once(storage: Storage) -> None:
    big = b"photo" * 200_000
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(storage.put, [big] * 8))) == 1
    assert storage.get(hashlib.sha256(big).hexdigest()) == big
    assert len(storage.fs.find(storage.root)) == 1


@pytest.mark.parametrize("sha256", ["", "0" * 64, "0" * 63, "../" * 21 + "a", "/etc/passwd", "0" * 62 + "/a"])
def test_a_hash_that_is_none(storage: Storage, sha256: str) -> None:
    storage.put(b"one")
    with pytest.raises(FileNotFoundError):
        storage.get(sha256)


def photo(*, lat: object = (34.0, 6.0, 0.36), north: str = "N", east: str = "E", taken: str = "") -> bytes:
    """A photo with EXIF; without `taken`, with the file's own time only."""
    exif = Image.Exif()
    exif[ExifTags.Base.DateTime] = "2026:09:28 08:59:00"
    if taken:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    if lat is not None:
        exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: north, 2: lat, 3: east, 4: (114.0, 10.0, 48.0)})
    out = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_exif_time_and_place() -> None:
    mime, taken, place = inspect_image(photo(taken="2026:09:28 08:58:01"))
    assert (mime, taken) == ("image/jpeg", "2026:09:28 08:58:01")
    assert place == pytest.approx((34.1001, 114.18))
    assert inspect_image(photo())[1] == "2026:09:28 08:59:00"
    assert inspect_image(photo(north="S", east="W"))[2] == pytest.approx((-34.1001, -114.18))
    assert inspect_image(photo(lat=None))[2] is None
    assert inspect_image(jpeg()) == ("image/jpeg", "", None)


@pytest.mark.parametrize(
    "lat", [(IFDRational(0, 0), 6.0, 0.3), (934.0, 0.0, 0.0), (34.0, 6.0), 34.0], ids=str
)
def test_a_place_that_cannot_be_is_none(lat: object) -> None:
    assert inspect_image(photo(lat=lat))[2] is None


def test_a_time_with_zero_bytes_can_be_stored() -> None:
    assert inspect_image(photo(taken="2026:09:28 08:58:01\0\0\0"))[1] == "2026:09:28 08:58:01"
    assert inspect_image(photo(taken="\0\0"))[1] in ("", "2026:09:28 08:59:00")


def png(width: int, height: int) -> bytes:
    """A PNG that says it is so large; there is nothing in it."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


@pytest.mark.parametrize("side", [8000, 10_000, 30_000])
def test_a_decompression_bomb_is_no_photo(side: int) -> None:
    with pytest.raises(NotAnImage):
        inspect_image(png(side, side))


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"%PDF-1.7", b"\xff\xd8\xff", b"MZ" * 50, b"<svg/>"], ids=repr
)
def test_what_is_no_image(data: bytes) -> None:
    with pytest.raises(NotAnImage):
        inspect_image(data)


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow says what it finds damaged
def test_damaged_photos_are_refused_or_read_never_a_fault() -> None:
    whole, dice = photo(taken="2026:09:28 08:58:01"), random.Random(411024)
    read = 0
    for _ in range(1500):
        data = bytearray(whole)
        for _ in range(dice.randint(1, 6)):
            data[dice.randrange(330)] = dice.randrange(256)
        try:
            _, taken, place = inspect_image(bytes(data[: dice.choice([None, dice.randrange(400)])]))
        except NotAnImage:
            continue
        read += 1
        assert "\0" not in taken
        assert place is None or (abs(place[0]) <= 90 and abs(place[1]) <= 180)
    assert 100 < read < 1400


# The worker that fetches them


@ON_SQLITE
async def test_a_photo_that_is_none_is_given_up_and_holds_up_no_other(
    db: Database, county: County, tmp_path: Path
) -> None:
    town = web_town(db, county, tmp_path)
    await town["grid_worker"].says("彭店镇烧烤店液化气罐和明火在一个屋", "跳过", "跳过")
    for data in (b"<svg/>", photo(taken="2026:09:28 08:58:01"), png(30_000, 30_000)):
        await town.wire.photo("grid_worker", data, "", "")
    await town.house.tick()
    found = sorted(files(town), key=lambda file: file.id)
    assert [file.state for file in found] == ["failed", "stored", "failed"]
    kept = found[1]
    assert (kept.exif_at, kept.mime, kept.attempts) == ("2026:09:28 08:58:01", "image/jpeg", 0)
    assert (kept.exif_lat, kept.exif_lon) == pytest.approx((34.1001, 114.18))
    assert town.house.storage.get(kept.sha256 or "") == photo(taken="2026:09:28 08:58:01")
    assert found[0].reason


class Flaky(WebChannel):
    """A channel whose downloads fail so many times."""

    faults = 0

    async def fetch(self, remote_id: str) -> bytes:
        if self.faults:
            self.faults -= 1
            raise TemporaryError("502")
        return await super().fetch(remote_id)


async def _flaky_town(db: Database, county: County, folder: Path, faults: int) -> Town:
    town = web_town(db, county, folder)
    channel = Flaky(db=db, county=county.county, fetch_file=town.house.storage.get)
    channel.faults = faults
    town.house.add(channel)
    await town["grid_worker"].sends_photo()
    return town


@ON_SQLITE
@pytest.mark.parametrize("faults", [3, MAX_TRIES])
async def test_a_download_is_tried_again_after_one_two_and_four_minutes(
    db: Database, county: County, tmp_path: Path, faults: int
) -> None:
    town = await _flaky_town(db, county, tmp_path, faults)
    tries = []
    for minute in range(130):
        before = files(town)[0].attempts
        await town.house.tick()
        if files(town)[0].attempts > before:
            tries.append(minute)
        town.clock.forward(timedelta(minutes=1))
    (file,) = files(town)
    if faults == 3:
        assert (tries, file.state) == ([0, 1, 3], "stored")
    else:
        assert (tries, file.state, file.reason) == ([0, 1, 3, 7, 15, 31, 63, 127], "failed", "502")
