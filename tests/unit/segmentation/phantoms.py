"""A chest made of ellipses with known labels, and a context that remembers."""

import logging
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from medapp.domain.geometry import Geometry
from medapp.domain.volume import Volume

AIR, FAT, TISSUE, LUNG, LUMEN, MARROW, CORTEX = -1000, -90, 40, -830, -990, 220, 900
SPACING = (2.5, 2.5, 3.0)
SHAPE = (72, 120, 144)


@dataclass
class Context:
    """Implements JobContext for tests."""

    scratch: Path = Path()
    device: str = "cpu"
    precision: str = "float32"
    threads: int = 2
    memory_budget: int = 2 << 30
    seed: int = 0
    log: logging.Logger = field(default_factory=lambda: logging.getLogger("test"))
    facts: dict = field(default_factory=dict)
    fractions: list = field(default_factory=list)
    checks_left: int = 1 << 30

    def progress(self, fraction, message=""):
        self.check_cancelled()
        self.fractions.append(fraction)

    def check_cancelled(self):
        from medapp.api import JobCancelled

        self.checks_left -= 1
        if self.checks_left < 0:
            raise JobCancelled

    def record(self, key, value):
        self.facts[key] = value


def chest(lungs=True, noise=12.0):
    """(HU int16, truth) where truth holds bool masks; head up, patient left at high columns.

    A fatty ellipse 320 x 220 mm around muscle; lungs with vessels, trachea above the carina, spine with
    a cortex, a table of 5 mm below.
    """
    z, y, x = (axis.astype(np.float32) for axis in np.ogrid[: SHAPE[0], : SHAPE[1], : SHAPE[2]])
    z, y, x = z * SPACING[2], (y - 60) * SPACING[1], (x - 72) * SPACING[0]
    body = np.broadcast_to((x / 160) ** 2 + (y / 110) ** 2 < 1, SHAPE)
    hu = np.full(SHAPE, AIR, np.float32)
    hu[body] = FAT
    hu[np.broadcast_to((x / 148) ** 2 + (y / 98) ** 2 < 1, SHAPE)] = TISSUE
    truth = {"body": body}
    for name, side in (("left", 1), ("right", -1)):
        inside = ((x - side * 75) / 52) ** 2 + (y / 75) ** 2 + ((z - 105) / 85) ** 2 < 1
        truth[name] = inside if lungs else np.zeros(SHAPE, bool)
        if lungs:
            hu[inside] = LUNG
            for row in (-30, 0, 30):
                vessel = (y - row) ** 2 + (z - 105 - row) ** 2 < 4**2
                hu[inside & np.broadcast_to(vessel, SHAPE)] = TISSUE
    lumen = (x / 8) ** 2 + ((y + 10) / 8) ** 2 < 1
    truth["trachea"] = np.broadcast_to(lumen, SHAPE) & (z > 110) & (np.zeros(SHAPE) == 0)
    hu[truth["trachea"]] = LUMEN
    spine = np.broadcast_to((x / 22) ** 2 + ((y - 70) / 18) ** 2 < 1, SHAPE)
    hu[spine] = CORTEX
    hu[np.broadcast_to((x / 17) ** 2 + ((y - 70) / 13) ** 2 < 1, SHAPE)] = MARROW
    truth["bone"] = spine
    hu[np.broadcast_to((np.abs(y - 135) < 3) & (np.abs(x) < 170), SHAPE)] = 150
    hu += np.random.default_rng(3).normal(0, noise, SHAPE)
    return np.clip(np.rint(hu), -1024, 3071).astype(np.int16), truth


def geometry(array, direction=None):
    """The grid of a phantom."""
    return Geometry.from_parts(array.shape, (-180, -150, 0), SPACING, direction)


def volume(array, grid=None, **rest):
    """A CT in HU."""
    return Volume(array, grid or geometry(array), **{"modality": "CT", "unit": "HU", **rest})


def dice(one, other):
    """Overlap of two masks."""
    return 2.0 * (one & other).sum() / max(1, one.sum() + other.sum())
