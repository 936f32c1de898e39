"""What became of a hostile record, and whether that is what has to come of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.hostile.cases import Case

SECRET = "Kx7-secret-Qw"
"""What no library, report or reason may hold: it stands in the file that files of the tests point at."""
_PLACE = re.compile(
    r"\b([Ll]ine|bytes?|message|segments?|column|row|[Ee]ntry|item)\b\W*\d"
    r"|\b[A-Z][A-Za-z]+(/\S+|\.[a-z])|\b(MSH|PID|BTS|FTS)\b|\[\d+\]|first bytes|nothing but blanks|subject"
    r"|segments that are not read|about people|[a-z]+Features|metaData|says nothing|further things"
)
"""Words for a place: a line, a byte, a message, a segment, a resource and its element."""


def became(answer: dict[str, Any]) -> str:
    """``refused``: nothing of it is kept; ``told``: read, with something to say; ``waits``; ``read``."""
    if answer["waiting"]:
        return "waits"
    if answer["entries"] or answer["people"]:
        return "told" if answer["refused"] else "read"
    return "refused" if answer["refused"] else "read"


def verdict(case: Case, answer: dict[str, Any]) -> str:
    """Empty where the answer is what the case asks for, else what is wrong."""
    if "escaped" in answer:
        return f"escaped: {answer['escaped'].strip().splitlines()[-1]}"
    if answer["outside"]:
        return f"reached outside: {answer['outside'][0]}"
    if answer["leaked"]:
        return "the bait is in the library"
    return _of_reasons(answer) or _expected(case, answer)


def _of_reasons(answer: dict[str, Any]) -> str:
    for one in answer["refused"]:
        if one["code"] == "failed":
            return f"the reader failed: {one['reason']}"
        if not one["code"] or not one["reason"]:
            return "is refused without a reason"
        if SECRET in one["reason"]:
            return "the bait is in a reason"
        if not _PLACE.search(f"{one['place']} {one['reason']}"):
            return f"is refused without a place: {one['reason']}"
    return ""


def _expected(case: Case, answer: dict[str, Any]) -> str:
    state = became(answer)
    if case.expect == "any":
        return "" if answer["refused"] or state != "refused" else "nothing is said of it"
    if case.expect != state:
        return f"is {state} where it should be {case.expect}"
    if state == "refused" and (answer["entries"] or answer["people"]):
        return "is refused, and something of it was kept"
    if state == "refused" and not all(one["whole"] for one in answer["refused"]):
        return "is refused, but told as if it were read"
    return ""
