"""Files under the hash of their bytes: a local folder by default, anything fsspec knows at scale."""

import hashlib
import io
import secrets
from math import isfinite

import fsspec
from PIL import ExifTags, Image, UnidentifiedImageError

MAX_PIXELS = 60_000_000


class NotAnImage(ValueError):
    """The bytes are no picture that can be shown."""


UNREADABLE = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


class Storage:
    """Content-addressed: the same photo sent twice is kept once."""

    def __init__(self, url: str) -> None:
        self.fs, self.root = fsspec.core.url_to_fs(url)
        self.fs.makedirs(self.root, exist_ok=True)

    def put(self, data: bytes) -> str:
        """Keep bytes; returns their SHA-256."""
        sha256 = hashlib.sha256(data).hexdigest()
        path = self._path(sha256)
        if not self.fs.exists(path):
            self.fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
            part = f"{path}.{secrets.token_hex(4)}.part"  # the same photo may come twice at once
            self.fs.pipe_file(part, data)
            self.fs.mv(part, path)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes under a hash. FileNotFoundError if there are none."""
        return bytes(self.fs.cat_file(self._path(sha256)))

    def _path(self, sha256: str) -> str:
        if len(sha256) != 64 or not sha256.isalnum():
            raise FileNotFoundError(sha256)
        return f"{self.root}/{sha256[:2]}/{sha256}"


def inspect_image(data: bytes) -> tuple[str, str, tuple[float, float] | None]:
    """An image's type, and what its EXIF says of time and place. NotAnImage for anything else."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise NotAnImage("too many pixels")
            exif = image.getexif()
            mime = Image.MIME.get(image.format or "", "")
    except UNREADABLE as error:
        raise NotAnImage(str(error)) from None
    taken = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal) or exif.get(
        ExifTags.Base.DateTime
    )
    return mime, str(taken or "").replace("\0", "").strip()[:30], _exif_place(exif)


def _exif_place(exif: Image.Exif) -> tuple[float, float] | None:
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    try:
        lat = _degrees(gps[ExifTags.GPS.GPSLatitude], gps.get(ExifTags.GPS.GPSLatitudeRef, "N"))
        lon = _degrees(gps[ExifTags.GPS.GPSLongitude], gps.get(ExifTags.GPS.GPSLongitudeRef, "E"))
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    if not (isfinite(lat) and isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180):
        return None  # 0/0 and worse stand in the headers of damaged photos
    return lat, lon


def _degrees(parts: tuple[float, float, float], ref: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return -value if ref in ("S", "W") else value
