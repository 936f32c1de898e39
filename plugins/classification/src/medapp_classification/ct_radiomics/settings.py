"""How features are computed: the choices that the IBSI reference manual names, with defaults by modality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from medapp_classification.ct_radiomics.catalogue import BY_KEY

if TYPE_CHECKING:
    from collections.abc import Mapping

Dimension = Literal["2D", "2.5D", "3D"]
Discretisation = Literal["fixed bin size", "fixed bin number", "none"]

_BY_MODALITY: Final = "by modality"
_BIN_SIZE: Final = {"HU": 25.0, "SUV": 0.5}
_LOWEST: Final = {"HU": -1000.0, "SUV": 0.0}
_VOXEL_MM: Final = {"CT": 1.0, "MR": 1.0, "PT": 4.0}
_HU_RANGE: Final = (-1000.0, 3071.0)
_RANGE_ENDS: Final = 2


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices.

    Attributes:
        dimension, aggregation: How matrices of textures are made and put together.
        interpolation: ``none``, ``linear`` or ``cubic`` (B-spline).
        voxel_mm: Edge of the voxels that are measured; in plane only where `dimension` is not 3D.
        mask_threshold: Share of a new voxel that belongs to the segment for it to be inside.
        low, high: Re-segmentation range in the unit of the image; None for no bound.
        outlier_sigma: Leave out what is further from the mean; 0 to keep all.
        lowest: Where the first bin of a fixed size begins; None for the least intensity of the segment.
        whole_numbers: Whether intensities are rounded after interpolation.
        minimum_voxels: Fewer are not measured.
        segments: Names or values of the labels to measure, in lower case; empty for all.
        families: Keys of `catalogue.FAMILIES`.
    """

    dimension: Dimension = "3D"
    aggregation: Literal["average", "merge"] = "merge"
    interpolation: Literal["none", "linear", "cubic"] = "none"
    voxel_mm: float = 1.0
    mask_threshold: float = 0.5
    low: float | None = None
    high: float | None = None
    outlier_sigma: float = 0.0
    discretisation: Discretisation = "none"
    bin_size: float = 25.0
    bins: int = 32
    lowest: float | None = None
    whole_numbers: bool = False
    minimum_voxels: int = 1
    segments: tuple[str, ...] = ()
    families: tuple[str, ...] = tuple(BY_KEY)


def settings_of(parameters: Mapping[str, object], modality: str, unit: str | None) -> Settings:
    """Read the parameters of a run; what is left to the modality is filled in.

    Args:
        parameters: As the manifest names them.
        modality: DICOM modality.
        unit: Of the image, None where it is not known.

    Raises:
        ValueError: With the reason, where they contradict each other or the image.
    """
    given = {name: str(value) for name, value in parameters.items()}
    scale = _scale(unit)
    low, high = _range(given.get("resegmentation", _BY_MODALITY), scale)
    discretisation = _discretisation(given.get("discretisation", _BY_MODALITY), scale)
    bin_size = float(given.get("bin_size", 0)) or _BIN_SIZE.get(scale, 0.0)
    if discretisation == "fixed bin size" and not bin_size:
        message = "a fixed bin size needs bin_size: the image has no unit that would suggest one"
        raise ValueError(message)
    return Settings(
        dimension=given.get("dimension", "3D"),  # type: ignore[arg-type]
        aggregation=given.get("aggregation", "merge"),  # type: ignore[arg-type]
        interpolation=given.get("interpolation", "linear"),  # type: ignore[arg-type]
        voxel_mm=float(given.get("voxel_mm", 0)) or _VOXEL_MM.get(modality, 1.0),
        mask_threshold=float(given.get("mask_threshold", 0.5)),
        low=low,
        high=high,
        outlier_sigma=float(given.get("outlier_sigma", 0)),
        discretisation=discretisation,
        bin_size=bin_size,
        bins=int(given.get("bins", 32)),
        lowest=low if low is not None else _LOWEST.get(scale),
        whole_numbers=scale == "HU",
        minimum_voxels=int(given.get("minimum_voxels", 10)),
        segments=_words(given.get("segments", "")),
        families=_families(given.get("families", "")),
    )


def _scale(unit: str | None) -> str:
    if unit == "HU":
        return "HU"
    return "SUV" if (unit or "").startswith("SUV") else ""


def _discretisation(text: str, scale: str) -> Discretisation:
    if text == _BY_MODALITY:
        return "fixed bin size" if scale else "fixed bin number"
    return text  # type: ignore[return-value]


def _range(text: str, scale: str) -> tuple[float | None, float | None]:
    if text == _BY_MODALITY:
        return _HU_RANGE if scale == "HU" else (None, None)
    if text == "none":
        return None, None
    parts = text.split(",")
    try:
        ends = [float(part) if part.strip() else None for part in parts]
    except ValueError:
        ends = []
    if len(ends) != _RANGE_ENDS:
        message = f"resegmentation is written LOW,HIGH, for example -1000,400, not {text!r}"
        raise ValueError(message)
    low, high = ends
    if low is not None and high is not None and not low < high:
        message = f"the re-segmentation range {text} is empty"
        raise ValueError(message)
    return low, high


def _words(text: str) -> tuple[str, ...]:
    return tuple(part.strip().lower() for part in text.split(",") if part.strip())


def _families(text: str) -> tuple[str, ...]:
    wanted = _words(text) or tuple(BY_KEY)
    unknown = [word for word in wanted if word not in BY_KEY]
    if unknown:
        message = f"there is no family {unknown[0]!r}; there are {', '.join(BY_KEY)}"
        raise ValueError(message)
    return wanted
