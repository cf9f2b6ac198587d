"""What a misspelt command was meant to be: by its sound, as most people type, or by its letters."""

from functools import cache

from pypinyin import lazy_pinyin
from rapidfuzz.distance import OSA

from handlers import words

LONGEST = 12  # more characters than that are no command
SLIPS = ((11, 2), (6, 1))  # this many letters of the sound allow so many wrong ones; fewer allow none
LATIN_SLIPS = ((11, 2), (4, 1))  # the same, typed in letters


def nearest(said: str) -> list[str]:
    """The words of commands and lists that sound like what was typed or nearly so, the nearest first."""
    typed = words.plain(said).lstrip("/")
    if not 2 <= len(typed) <= LONGEST:
        return []
    sound = _sound(typed)
    allowed = LATIN_SLIPS if typed.isascii() else SLIPS
    most = next((slips for letters, slips in allowed if len(sound) >= letters), 0)
    found: dict[str, int] = {}
    for word in words.guessable():
        if word.isascii() == typed.isascii() and abs(len(word) - len(typed)) > 1:
            continue
        distance = OSA.distance(sound, _sound(word), score_cutoff=most)
        if distance <= most:
            found[word] = distance
    return sorted(found, key=lambda word: found[word])


@cache
def _sound(word: str) -> str:
    return "".join(lazy_pinyin(word))
