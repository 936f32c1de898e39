"""What the network tells apart: classes, their codes and colours, and the FreeSurfer values behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.domain.segmentation import Label


@dataclass(frozen=True)
class Structure:
    """One class of the network.

    Attributes:
        value: Class index and voxel value of results, from 1.
        snomed: SNOMED CT code (PS3.16 CID 7140 where it lists one) and its meaning.
        color: ``#rrggbb``; neighbours differ in lightness as well as in hue.
        sources: FreeSurfer values of the label maps, left and right together.
    """

    value: int
    name: str
    snomed: str
    meaning: str
    color: str
    sources: tuple[int, ...]


# Lesions, vessels and the choroid plexus of the maps count to the structure that holds them.
STRUCTURES = (
    Structure(
        1, "Cerebral white matter", "68523003", "Cerebral White Matter", "#f0e442", (2, 41, 25, 57, 30, 62)
    ),
    Structure(2, "Cerebral cortex", "40146001", "Cerebral cortex", "#cc79a7", (3, 42)),
    Structure(3, "Lateral ventricle", "66720007", "Lateral Ventricle", "#0072b2", (4, 43, 136, 163, 72)),
    Structure(
        4,
        "Inferior lateral ventricle",
        "53118009",
        "Inferior Horn of Lateral Ventricle",
        "#56b4e9",
        (5, 44, 137, 164),
    ),
    Structure(5, "Cerebellar white matter", "33060004", "Cerebellar White Matter", "#fff7bc", (7, 46)),
    Structure(6, "Cerebellar cortex", "25991003", "Cerebellar Cortex", "#d55e00", (8, 47)),
    Structure(7, "Thalamus", "42695009", "Thalamus", "#009e73", (10, 49)),
    Structure(8, "Caudate nucleus", "11000004", "Caudate Nucleus", "#e69f00", (11, 50)),
    Structure(9, "Putamen", "89278009", "Putamen", "#882255", (12, 51)),
    Structure(10, "Globus pallidus", "14738005", "Globus Pallidus", "#88ccee", (13, 52)),
    Structure(11, "Third ventricle", "49841001", "Third ventricle", "#332288", (14,)),
    Structure(12, "Fourth ventricle", "35918002", "Fourth Ventricle", "#44aa99", (15,)),
    Structure(13, "Brain stem", "119238007", "Brain Stem", "#999933", (16,)),
    Structure(14, "Hippocampus", "5366008", "Hippocampus", "#ddcc77", (17, 53)),
    Structure(15, "Amygdala", "4958002", "Amygdala", "#117733", (18, 54)),
    Structure(16, "Nucleus accumbens", "427667007", "Nucleus Accumbens", "#cc6677", (26, 58)),
    Structure(17, "Ventral diencephalon", "87563008", "Diencephalon", "#aa4499", (28, 60)),
    Structure(18, "Cerebrospinal fluid", "65216001", "Cerebrospinal Fluid", "#bbd9f2", (24,)),
)

CLASSES = len(STRUCTURES) + 1
"""Background and the structures."""

CSF = 18
"""The fluid around the brain: a class of its own, outside the brain mask."""

BRAIN = Structure(1, "Brain", "12738006", "Brain", "#e69f00", ())
"""The brain mask: every structure but the fluid around it."""

EXTRA_CEREBRAL = (85, 502, 506, 507, 508, 509, 511, 512, 514, 515, 516, 530)
"""Optic chiasm, skull, skin, eyes, vessels and other tissue outside the brain: background here."""

BRAIN_VALUES = frozenset(value for item in STRUCTURES if item.value != CSF for value in item.sources)

GENERATION_VALUES = (
    0,
    *sorted({value for item in STRUCTURES for value in item.sources} | set(EXTRA_CEREBRAL)),
)
"""Every value of the maps that gets an intensity of its own."""


def class_lookup() -> NDArray[np.uint8]:
    """Class of every index into `GENERATION_VALUES`."""
    lookup = np.zeros(len(GENERATION_VALUES), dtype=np.uint8)
    for item in STRUCTURES:
        for value in item.sources:
            lookup[GENERATION_VALUES.index(value)] = item.value
    return lookup


def as_label(item: Structure, probability: float | None = None) -> Label:
    """Turn a structure into a label of the program."""
    from medapp.domain.segmentation import Code, Label

    code = Code(item.snomed, "SCT", item.meaning)
    return Label(value=item.value, name=item.name, code=code, color=item.color, probability=probability)
