"""Names and titles that NOMIS keeps in capitals, as people write them."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_LETTERS: Final = re.compile(r"[^\W\d_]+")
_GENITIVE: Final = re.compile(r"(?<=\w['’])S\b")  # noqa: RUF001 - the apostrophe of word processors
_KEPT_IN_CAPITALS: Final = frozenset({"HMP", "HMYOI", "YOI", "IRC", "STC", "SCH", "NHS", "UK", "FNP"})
_KEPT_SMALL: Final = frozenset({"and", "at", "by", "for", "in", "le", "next", "of", "on", "the", "to", "under", "upon"})


@lru_cache(maxsize=10_000)
def readable_name(text: str) -> str:
    """Write a name with capitals only where a part begins: `SMITH-JONES` is Smith-Jones, `O'BRIEN` O'Brien.

    A name that is not all in capitals was written by somebody who knew, and stays. So does what capitals have lost:
    `MCDONALD` becomes Mcdonald. Names come again and again, with every look at a board.
    """
    tidy = " ".join(unicodedata.normalize("NFC", text).split())
    return _LETTERS.sub(_capitalised, tidy) if tidy.isupper() else tidy


def readable_title(text: str) -> str:
    """Write the name of a place likewise, but for its abbreviations: `MOORLAND (HMP & YOI)` is Moorland (HMP & YOI)."""
    tidy = " ".join(text.split())
    if not tidy.isupper():
        return tidy
    titled = _LETTERS.sub(lambda word: word[0] if word[0] in _KEPT_IN_CAPITALS else _capitalised(word), tidy)
    first, *rest = _GENITIVE.sub("s", titled).split(" ")
    return " ".join([first, *(word.lower() if word.lower() in _KEPT_SMALL else word for word in rest)])


def _capitalised(word: re.Match[str]) -> str:
    letters = word[0]
    return letters[0] + letters[1:].lower()
