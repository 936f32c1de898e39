"""Which labels a volume is made of, by SNOMED CT code; left and right have the same code in mr.brain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from medapp.api import SegmentResult

SCHEME: Final = "SCT"
FLUID_AROUND: Final = "65216001"
HIPPOCAMPUS: Final = ("5366008",)
LATERAL_VENTRICLES: Final = ("66720007", "53118009")
_MIDDLE_VENTRICLES: Final = ("49841001", "35918002")
_DEEP_GREY: Final = ("42695009", "11000004", "89278009", "14738005", "4958002", "427667007", *HIPPOCAMPUS)
_GREY: Final = ("40146001", "25991003", *_DEEP_GREY)
_WHITE: Final = ("68523003", "33060004")
_MIXED: Final = ("119238007", "87563008")
_TISSUE: Final = (*_GREY, *_WHITE, *_MIXED)
_FLUID: Final = (*LATERAL_VENTRICLES, *_MIDDLE_VENTRICLES, FLUID_AROUND)
KNOWN: Final = frozenset((*_TISSUE, *_FLUID))
"""Codes that stand for a part of the head's inside."""
BRAIN: Final = frozenset((*_TISSUE, *LATERAL_VENTRICLES, *_MIDDLE_VENTRICLES))
"""The brain with its ventricles, without the fluid around it."""
PAIRED_DEEP: Final = frozenset((*_DEEP_GREY, *LATERAL_VENTRICLES))
"""What lies on both sides and away from the surface: it tells the middle best."""


@dataclass(frozen=True, slots=True)
class Part:
    """One volume.

    Attributes:
        key: Of its findings.
        code: SNOMED CT code and meaning of the whole.
        labels: Codes of the labels that it is made of; all have to be there.
        sided: Whether left and right are told apart.
        made_of: In words, where the title does not say it.
    """

    key: str
    title: str
    code: tuple[str, str]
    labels: tuple[str, ...]
    group: str
    sided: bool = False
    made_of: str = ""


PARTS: Final = (
    Part(
        "hippocampus",
        "Hippocampus",
        ("5366008", "Hippocampus"),
        HIPPOCAMPUS,
        "Hippocampus",
        sided=True,
    ),
    Part(
        "lateral_ventricle",
        "Lateral ventricle",
        ("66720007", "Lateral Ventricle"),
        LATERAL_VENTRICLES,
        "Lateral ventricles",
        sided=True,
        made_of="With its inferior horn and the choroid plexus",
    ),
    Part(
        "grey_matter",
        "Grey matter",
        ("389080008", "Grey matter"),
        _GREY,
        "Tissue",
        made_of="Cortex of cerebrum and cerebellum, deep nuclei, hippocampus and amygdala",
    ),
    Part(
        "white_matter",
        "White matter",
        ("389081007", "White matter"),
        _WHITE,
        "Tissue",
        made_of="Of cerebrum and cerebellum, lesions included; without brain stem and diencephalon",
    ),
    Part(
        "csf",
        "Cerebrospinal fluid",
        ("65216001", "Cerebrospinal Fluid"),
        _FLUID,
        "Tissue",
        made_of="Ventricles and the fluid around the brain",
    ),
    Part(
        "brain",
        "Brain",
        ("12738006", "Brain"),
        _TISSUE,
        "Whole",
        made_of="Grey and white matter, brain stem and diencephalon, without ventricles",
    ),
    Part(
        "intracranial",
        "Intracranial volume",
        ("1351000", "Cranial cavity"),
        (*_TISSUE, *_FLUID),
        "Whole",
        made_of="Brain, ventricles and the fluid around it",
    ),
)
INTRACRANIAL: Final = PARTS[-1]


@dataclass(frozen=True, eq=False)
class BrainLabels:
    """A label map whose values are known by code."""

    array: NDArray[np.unsignedinteger]
    values: dict[str, tuple[int, ...]]

    @classmethod
    def of(cls, segments: SegmentResult) -> BrainLabels:
        """Sort the values of labels by their codes; labels of other things are left out."""
        values: dict[str, tuple[int, ...]] = {}
        for label in segments.labels:
            code = label.code
            if code.scheme != SCHEME or code.value not in KNOWN:
                continue
            shared = (value for value, held in segments.overlaps.items() if label.value in held)
            values[code.value] = (*values.get(code.value, ()), label.value, *shared)
        return cls(np.asarray(segments.array), values)

    def mask(self, codes: Iterable[str]) -> NDArray[np.bool_]:
        """Where any label of these codes lies."""
        table = np.zeros(int(np.iinfo(self.array.dtype).max) + 1, np.bool_)
        for code in codes:
            table[list(self.values.get(code, ()))] = True
        return np.asarray(table[self.array])

    def lacking(self, codes: Iterable[str]) -> list[str]:
        """Codes that no label has."""
        return [code for code in codes if code not in self.values]
