"""The hostile cases: what lies in the archive and what has to come of it."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

# Families of images and of what carries them; the others are records, weights and plugins.
NOT_IMAGES = ("e1_", "e2_", "e3_", "e4_", "m1_", "m2_", "p1_")
TOGETHER = ("s8_series/",)
BASELINE = "baseline"
# The collected manifest asks to reject these, but the standard allows them: an empty value of type 2 or 3
# (PS3.5 7.4), a UID of 64 characters (PS3.5 9.1).
ALLOWED = ("age_empty", "date_empty", "time_empty", "uid_64chars_exact")
# Nothing is wrong with these: what was to be broken in them is as in the sound file.
SOUND = ("LO_as_UN", "implicit_date_allff")


@dataclass(frozen=True)
class Case:
    """One input.

    Attributes:
        expect: ``safe``: no crash; ``reject``: refused with a reason; ``flag``: refused or a visible notice;
            ``no-escape``: nothing is written or read outside; ``literal``: text stays text; ``correct``: the
            right volume.
        note: Words of the manifest; some ask for more: no HU, no mm, no 3D, the text that is to stay.
    """

    name: str
    family: str
    expect: str
    paths: tuple[str, ...]
    note: str = ""


def unpack(archive: Path, target: Path) -> Path:
    """Unpack the archive with the system's tar."""
    subprocess.run(["tar", "-xf", str(archive), "-C", str(target)], check=True)
    return target / "fuzz"


def cases(root: Path) -> list[Case]:
    """All cases about images, the files of one made-up series together."""
    return [*_generated(root / "generated"), *_collected(root / "pwnlab_v3")]


def absent(root: Path) -> list[str]:
    """Files that a manifest names and the archive does not hold."""
    folder = root / "pwnlab_v3"
    return [name for name, _, _ in _entries(folder) if not (folder / name).exists()]


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
        found.append(Case(entry["file"], family, entry["expect"], (str(path),), entry["note"]))
    return [
        Case(case.family, case.family, case.expect, tuple(map(str, together[case.family])))
        if case.family in together
        else case
        for case in found
    ]


def _collected(folder: Path) -> list[Case]:
    return [
        Case(name, family, _asked(name, behaviour), (str(folder / name),), behaviour)
        for name, family, behaviour in _entries(folder)
        if (folder / name).exists()
    ]


def _entries(folder: Path) -> list[tuple[str, str, str]]:
    """(file, family, behaviour) of the collected manifest, the sound file it was made from first."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    found = [
        (entry["filename"], category["name"], entry["expected_behavior"])
        for category in manifest["categories"]
        for entry in category["cases"]
    ]
    return [(manifest["baseline_file"], BASELINE, "Accept"), *found]


def _asked(name: str, behaviour: str) -> str:
    """``flag`` where a file has to be rejected and may not be accepted; a notice in plain sight will do."""
    if any(word in name for word in (*ALLOWED, *SOUND)):
        return "safe"
    return "flag" if behaviour.startswith("Reject") and "accept" not in behaviour else "safe"
