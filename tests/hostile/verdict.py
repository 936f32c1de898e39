"""What became of a case, and whether that is what the manifest asks for."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.hostile.cases import Case

NOTED = 40
PICTURES = ("volume", "stack")
# A notice that has nothing to do with what is wrong is no flag.
RELEVANT = {
    "s5_pixeldata": ("excess-pixel-data", "truncated"),
    "s6_rescale": ("rescale-",),
    "s7_orient": ("orientation-",),
    "s7_spacing": ("spacing-",),
    "s8_series/dup_position": ("duplicate-",),
    "s8_series/gantry_tilt": ("gantry-tilt",),
    "s8_series/missing_slice": ("missing-slices",),
    "s8_series/mixed_patient": ("mixed-patient",),
    "s8_series/slope_varies": ("rescale-varies",),
    "x6_polyglot": ("preamble-",),
    "x8_objects": ("contour-", "structure-"),
}


def became(answer: dict[str, Any], usual: frozenset[str] = frozenset()) -> str:
    """``refused``: nothing of it is shown; ``flagged``: shown with a notice; ``accepted``: without."""
    if not any(map(_is_shown, answer["series"])):
        return "refused"
    return "flagged" if _notices(answer) - usual or answer["rejected"] or _failures(answer) else "accepted"


def verdict(case: Case, answer: dict[str, Any], usual: frozenset[str] = frozenset()) -> str:
    """Empty where the answer is what the case asks for, else what is wrong.

    Args:
        case: The case.
        answer: Of the worker.
        usual: Notices that the sound file has too, which the case was made from; they flag nothing.
    """
    if "escaped" in answer:
        return f"escaped: {answer['escaped'].strip().splitlines()[-1]}"
    return _always(answer) or _expected(case, answer, usual) or _noted(case, answer)


def _always(answer: dict[str, Any]) -> str:
    """What holds for every case."""
    if answer.get("outside"):
        return f"reached outside: {answer['outside'][0]}"
    wrong = [words for item in answer["series"] for words in item.get("wrong", ())]
    if wrong:
        return f"shows a wrong number: {wrong[0]}"
    if any(item.get("finite") is False for item in answer["series"]):
        return "shows numbers that are not finite"
    if not answer["rejected"] and not answer["series"]:
        return "is not mentioned at all"
    told = [(item["code"], item["reason"]) for item in answer["rejected"]]
    told += [(item["refused"], item.get("reason")) for item in answer["series"] if "refused" in item]
    told += [("failed", reason) for reason in _failures(answer)]
    return "" if all(code and reason for code, reason in told) else "is refused without a reason"


def _expected(case: Case, answer: dict[str, Any], usual: frozenset[str]) -> str:
    state = became(answer, usual)
    if case.expect == "reject" and state != "refused":
        return "taken in without refusal"
    if case.expect == "flag" and state != "refused":
        codes = RELEVANT.get(case.family, ("",))
        if not any(code.startswith(codes) for code in _notices(answer) - usual) and not _failures(answer):
            return "taken in without a notice on what is wrong"
    if case.expect == "correct":
        return _right(answer)
    return ""


def _right(answer: dict[str, Any]) -> str:
    series = answer["series"]
    if len(series) != 1 or answer["rejected"] or _failures(answer):
        return "not read as one series"
    positions: list[float] = series[0]["positions"]
    return "" if positions and positions == sorted(positions) else "slices are not in order"


def _noted(case: Case, answer: dict[str, Any]) -> str:
    """What the note of the manifest asks for besides."""
    if case.expect == "literal":
        return _literal(case, answer)
    shown = [item for item in answer["series"] if _is_shown(item)]
    if "no HU" in case.note and any(item.get("unit") == "HU" for item in shown):
        return "shows Hounsfield units"
    if re.search(r"no (length in )?mm", case.note) and any(item["spacing"] for item in shown):
        return "shows lengths in mm"
    if "no 3D" in case.note and any(item["stackable"] for item in shown):
        return "shows a volume"
    return ""


def _literal(case: Case, answer: dict[str, Any]) -> str:
    """The text of the note has to be shown as it is, padding aside; the note holds no more than its start."""
    keyword = case.name.rpartition("/")[2].partition("_")[0]
    text = str(ast.literal_eval(case.note)).strip(" \0")
    shown = [item["texts"][keyword].strip(" \0") for item in answer["series"]]
    if shown == [text] or (len(text) == NOTED and shown and shown[0].startswith(text)):
        return ""
    return f"shows {ascii(shown)[:80]} as {keyword}"


def _is_shown(item: dict[str, Any]) -> bool:
    if item["kind"] not in PICTURES:
        return bool(item["kind"] != "other")
    return "shape" in item and bool(len(item["failed"]) < item["shape"][0])


def _notices(answer: dict[str, Any]) -> set[str]:
    return {code for item in answer["series"] for code in item["notices"]}


def _failures(answer: dict[str, Any]) -> list[str]:
    return [reason for item in answer["series"] for reason in item.get("failed", ())]
