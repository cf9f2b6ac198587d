"""Before and after side by side: one picture of two photos, made when it is sent and kept nowhere."""

import io

from PIL import Image, ImageOps

from bot.storage import MAX_PIXELS, UNREADABLE, NotAnImage

WIDEST = 1600  # pixels of the whole picture
_TALLEST, _SHORTEST = 1000, 90
_FRAME = 12
_GAP = 12
_RED, _GREEN, _WHITE = (200, 30, 30), (30, 150, 60), (255, 255, 255)


def side_by_side(before: bytes, after: bytes) -> bytes:
    """A JPEG: the photo before in a red frame on the left, the one after in a green frame on the right, both
    as high. Each is turned the way it was taken (EXIF). Error: NotAnImage."""
    photos = [_read(before), _read(after)]
    room = WIDEST - 4 * _FRAME - _GAP
    shapes = [photo.width / photo.height for photo in photos]
    height = min(_TALLEST, int(room / sum(shapes)))
    widths = [int(height * shape) for shape in shapes]
    if min(height, *widths) < _SHORTEST:  # channels refuse strips
        raise NotAnImage("too narrow to stand beside another")
    whole = Image.new("RGB", (sum(widths) + 4 * _FRAME + _GAP, height + 2 * _FRAME), _WHITE)
    left = 0
    for photo, width, color in zip(photos, widths, (_RED, _GREEN), strict=True):
        whole.paste(color, (left, 0, left + width + 2 * _FRAME, whole.height))
        whole.paste(photo.resize((width, height)), (left + _FRAME, _FRAME))
        left += width + 2 * _FRAME + _GAP
    out = io.BytesIO()
    whole.save(out, "JPEG", quality=85)
    return out.getvalue()


def _read(data: bytes) -> Image.Image:
    """A photo, upright and no larger than needed."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise NotAnImage("too many pixels")
            image.draft("RGB", (WIDEST, WIDEST))  # a large JPEG is not read in full
            return ImageOps.exif_transpose(image).convert("RGB")
    except UNREADABLE as error:
        raise NotAnImage(str(error)) from None
