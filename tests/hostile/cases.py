"""The hostile cases: what lies in the archive and what has to come of it."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Families of images and of what carries them; the others are records, weights and plugins.
NOT_IMAGES = ("e1_", "e2_", "e3_", "e4_", "m1_", "m2_", "p1_", "c2_")
TOGETHER = ("s8_series/",)


@dataclass(frozen=True)
class Case:
    """One input.

    Attributes:
        expect: ``safe``: no crash; ``reject``: refused with a reason; ``flag``: refused or a visible notice;
            ``no-escape``: nothing is written or read outside; ``literal``: text stays text; ``correct``: the
            right volume.
    """

    name: str
    family: str
    expect: str
    paths: tuple[str, ...]


def unpack(archive: Path, target: Path) -> Path:
    """Unpack the archive with the system's tar."""
    subprocess.run(["tar", "-xf", str(archive), "-C", str(target)], check=True)
    return target / "fuzz"


def cases(root: Path) -> list[Case]:
    """All cases about images, the files of one made-up series together."""
    return [*_generated(root / "generated"), *_collected(root / "pwnlab_v3")]


def _generated(folder: Path) -> list[Case]:
    together: dict[str, list[Path]] = {}
    found = []
    for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        family = entry["family"]
        if family.startswith(NOT_IMAGES):
            continue
        path = folder / entry["file"]
        if family.startswith(TOGETHER):
            first = family not in together
            together.setdefault(family, []).append(path)
            if not first:
                continue
        found.append(Case(entry["file"], family, entry["expect"], (str(path),)))
    return [
        Case(case.family, case.family, case.expect, tuple(map(str, together[case.family])))
        if case.family in together
        else case
        for case in found
    ]


def _collected(folder: Path) -> list[Case]:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return [
        Case(entry["filename"], category["name"], "safe", (str(folder / entry["filename"]),))
        for category in manifest["categories"]
        for entry in category["cases"]
        if (folder / entry["filename"]).exists()
    ]


def verdict(case: Case, answer: dict[str, Any]) -> str:
    """Empty where the answer is what the case asks for, else what is wrong."""
    if "escaped" in answer:
        return "escaped: " + answer["escaped"].strip().splitlines()[-1]
    series = answer["series"]
    if any(item.get("finite") is False for item in series):
        return "shows numbers that are not finite"
    refused = bool(answer["rejected"]) or any(item.get("refused") or item.get("failed") for item in series)
    flagged = refused or any(item["notices"] for item in series)
    if case.expect == "reject" and not refused and not (flagged and not any(s.get("shape") for s in series)):
        return "taken in without refusal"
    if case.expect == "flag" and not flagged:
        return "taken in without a notice"
    if case.expect == "correct" and (refused or len(series) != 1):
        return "not read as one series"
    return ""
