"""Names as people write them: compared without regard to case, accents, order and punctuation."""

from __future__ import annotations

import re
import unicodedata

_SPELT = str.maketrans({"ß": "ss", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})
"""Letters that no accent makes."""
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc`\u00b4]")


def folded(text: str) -> str:
    """The text in small letters without accents, its words with single blanks between them."""
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_SPELT)
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", _APOSTROPHES.sub("", letters)))


def words(name: str) -> tuple[str, ...]:
    """The name's words in an order that doesn't depend on how it was written: Lovelace, Ada is Ada Lovelace."""
    return tuple(sorted(folded(name).split()))


def spellings(name: str) -> set[tuple[str, ...]]:
    """The ways to write a name: Müller is Muller, and Mueller."""
    composed = unicodedata.normalize("NFC", name.casefold())
    return {words(name), words(composed.translate(_GERMAN))} - {()}


def joined(name: str) -> set[str]:
    """The name without blanks, beginning with any of its words: platforms make lovelaceada of Lovelace, Ada."""
    parts = folded(name).split()
    return {"".join(parts[place:] + parts[:place]) for place in range(len(parts))}


def exact(text: str) -> str:
    """An id or an address as it is compared: blanks around it and capitals don't count, all else does."""
    return unicodedata.normalize("NFC", text.strip()).casefold()
