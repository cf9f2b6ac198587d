"""Before and after side by side: what the picture shows, pixel by pixel, and what of it is no photo at all."""

import io

import pytest
from PIL import ExifTags, Image

from bot.photo_pairs import WIDEST, side_by_side
from bot.storage import NotAnImage

Pixel = tuple[int, int, int]


def photo(size: tuple[int, int], color: str = "blue", *, orientation: int = 0, kind: str = "JPEG") -> bytes:
    """A photo in one colour with a yellow patch in its upper left corner."""
    image = Image.new("RGB", size, color)
    image.paste("yellow", (0, 0, size[0] // 4, size[1] // 4))
    exif = Image.Exif()
    if orientation:
        exif[ExifTags.Base.Orientation] = orientation
    out = io.BytesIO()
    image.save(out, kind, quality=95, exif=exif)
    return out.getvalue()


def looked_at(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    assert image.format == "JPEG"
    return image.convert("RGB")


def near(image: Image.Image, at: tuple[int, int], color: Pixel) -> bool:
    """Whether a pixel has about this colour; JPEG shifts it a little."""
    pixel = image.getpixel(at)
    assert isinstance(pixel, tuple)
    return all(abs(have - want) < 40 for have, want in zip(pixel, color, strict=True))


RED, GREEN, WHITE = (200, 30, 30), (30, 150, 60), (255, 255, 255)
BLUE, BLACK, YELLOW = (0, 0, 255), (0, 0, 0), (255, 255, 0)


def runs(image: Image.Image, y: int) -> list[tuple[str, int]]:
    """The colours met from left to right at a height, with how far each reaches."""
    named = {"red": RED, "green": GREEN, "white": WHITE, "blue": BLUE, "black": BLACK, "yellow": YELLOW}
    found: list[tuple[str, int]] = []
    for x in range(image.width):
        name = next((name for name, color in named.items() if near(image, (x, y), color)), "?")
        if name != "?":
            if found and found[-1][0] == name:
                found[-1] = (name, found[-1][1] + 1)
            else:
                found.append((name, 1))
    return [(name, length) for name, length in found if length > 3]


def test_left_in_red_before_right_in_green_after_both_as_high() -> None:
    image = looked_at(side_by_side(photo((800, 600)), photo((600, 800), "black")))
    assert image.width <= WIDEST
    middle = runs(image, image.height * 3 // 4)
    assert [name for name, _ in middle] == ["red", "blue", "red", "white", "green", "black", "green"]
    blue, black = middle[1][1], middle[5][1]
    inner = image.height - 24
    assert abs(blue / inner - 800 / 600) < 0.05
    assert abs(black / inner - 600 / 800) < 0.05
    top = runs(image, 5)
    assert [name for name, _ in top] == ["red", "white", "green"]
    assert runs(image, image.height - 5) == top


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((4000, 3000), (3000, 4000)),
        ((64, 64), (4000, 3000)),
        ((1280, 300), (1280, 300)),
        ((90, 160), (90, 160)),
    ],
)
def test_never_wider_than_it_may_be(before: tuple[int, int], after: tuple[int, int]) -> None:
    image = looked_at(side_by_side(photo(before), photo(after)))
    assert image.width <= WIDEST
    assert image.height <= 1024
    assert min(image.size) > 90


CORNERS = {  # where the upper left corner of what was stored belongs, by the EXIF orientation
    1: (False, False),
    2: (True, False),
    3: (True, True),
    4: (False, True),
    5: (False, False),
    6: (True, False),
    7: (True, True),
    8: (False, True),
}


@pytest.mark.parametrize("orientation", CORNERS)
def test_a_photo_stands_as_it_was_taken(orientation: int) -> None:
    image = looked_at(side_by_side(photo((800, 400), orientation=orientation), photo((100, 100))))
    left = next(length for name, length in runs(image, image.height // 2) if name == "blue")
    wide = left > image.height - 24
    assert wide == (orientation < 5)
    right, low = CORNERS[orientation]
    x = 12 + (left - 20 if right else 20)
    y = image.height - 32 if low else 32
    assert near(image, (x, y), YELLOW), orientation


def test_other_kinds_of_pictures_and_modes() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 255, 255)).save(out, "PNG")
    grey = io.BytesIO()
    Image.new("L", (300, 300), 0).save(grey, "JPEG")
    cmyk = io.BytesIO()
    Image.new("CMYK", (300, 300), (255, 255, 0, 0)).save(cmyk, "JPEG")
    image = looked_at(side_by_side(out.getvalue(), grey.getvalue()))
    assert [name for name, _ in runs(image, 300)] == [
        "red",
        "blue",
        "red",
        "white",
        "green",
        "black",
        "green",
    ]
    assert looked_at(side_by_side(cmyk.getvalue(), photo((300, 300), kind="WEBP"))).width <= WIDEST


def test_the_same_photos_make_the_same_picture() -> None:
    before, after = photo((300, 200)), photo((200, 300))
    assert side_by_side(before, after) == side_by_side(before, after)


@pytest.mark.parametrize(
    "broken",
    [b"", b"no picture", photo((300, 200))[:200], photo((4000, 40)), photo((40, 4000))],
    ids=["empty", "text", "cut off", "a strip", "a tall strip"],
)
def test_what_cannot_stand_beside_another(broken: bytes) -> None:
    for pair in ((broken, photo((300, 200))), (photo((300, 200)), broken)):
        with pytest.raises(NotAnImage):
            side_by_side(*pair)


def test_a_picture_with_too_many_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.photo_pairs.MAX_PIXELS", 10_000)
    with pytest.raises(NotAnImage):
        side_by_side(photo((200, 200)), photo((50, 50)))
