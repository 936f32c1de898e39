"""What a search for records compares. The list of patients needs no more of a record: nothing heavy here."""

from __future__ import annotations

import re
import unicodedata

_MARKS = re.compile(r"[^\w%]+")


def searchable(*texts: str) -> str:
    """Texts without case and accents."""
    plain = unicodedata.normalize("NFKD", " ".join(texts))
    return "".join(one for one in plain if not unicodedata.combining(one)).casefold()


def words_of(text: str) -> str:
    """Words without case, accents and marks, each after a blank, so that a search finds where one begins."""
    return f" {' '.join(_MARKS.sub(' ', searchable(text)).split())}"
