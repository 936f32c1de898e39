"""Says how far the set-up is: which step of how many, how many packages, and how much of them is fetched."""

from __future__ import annotations

import re

STEPS = 4
ABOUT_MB = 700
"""Wheels of all packages on Linux, with torch for the processor; its CUDA build is some 3 GB more."""
_SHOWN = ("Building", "Successfully", "ERROR")
_INSTALLING = "Installing collected packages"
_SIZE = re.compile(r"\(([\d.]+)\s*(k|M|G)B\)")
_IN_MB = {"k": 1e-3, "M": 1.0, "G": 1e3}
_NAMED = re.compile(
    r"(?:(?:Collecting|Requirement already satisfied:)\s+|Processing\s+.*/)"
    r"([A-Za-z0-9._]+(?:-[A-Za-z][A-Za-z0-9._]*)*)"
)
_WIDTH = 110


def step(number: int, text: str) -> None:
    """Say that a step begins."""
    print(f"{number} of {STEPS}: {text}", flush=True)


class Pip:
    """Reads what pip says, and says of it what a user wants to know."""

    def __init__(self, packages: int) -> None:
        """Of so many packages at most."""
        self.packages, self.named, self.megabytes = packages, set[str](), 0.0

    def read(self, line: str) -> None:
        """One line of pip."""
        text = line.strip()
        name = _NAMED.match(text)
        if name is not None:
            self.named.add(name[1].lower().replace("_", "-"))
        if text.startswith(("Collecting", "Processing")):
            self._tell(text)
        elif text.startswith(("Downloading", "Using cached")):
            size = _SIZE.search(text)
            if size is not None:
                self.megabytes += float(size[1]) * _IN_MB[size[2]]
            if ".metadata" not in text:
                self._tell(text)
        elif text.startswith(_INSTALLING):
            count = text.count(",") + 1
            step(3, f"installing {count} packages; this takes a minute or more and tells nothing meanwhile")
        elif text.startswith(_SHOWN):
            print(f"  {text[:_WIDTH]}", flush=True)

    def _tell(self, text: str) -> None:
        known = min(len(self.named), self.packages)
        far = f"{known} of up to {self.packages} packages, {self.megabytes:.0f} MB"
        print(f"  {far}: {text}"[:_WIDTH], flush=True)
