"""What a clinic says of its classifier: the words of a ``classifier.toml`` or ``classifier.json``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from medapp.api.manifest import Gate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from medapp.domain.segmentation import Code

Activation = Literal["softmax", "sigmoid", "none"]
Scale = Literal["values", "window", "percentiles"]
Resize = Literal["stretch", "pad", "crop"]
Invert = Literal["as shown", "never", "always"]


@dataclass(frozen=True, slots=True)
class InputSpec:
    """How an image is made ready.

    Attributes:
        dimensions: 2 for single images, 3 for volumes.
        size: Points the network takes: (rows, columns), or (slices, rows, columns).
        channels: 1, or 3: grey values three times over, or red, green and blue of a colour image.
        resize: Each side by itself; the whole image with a border; its middle.
        spacing_mm: What a point of the network covers, one number an axis as in `size`; the middle of the
            image is taken then, with a border where it is too small, and `resize` does not count.
        orientation: For volumes, to where slices, rows and columns go (``SPL``); empty for as stored.
        invert: As the image is shown (MONOCHROME1 turned round), as it is stored, or the other way round.
        channels_last: Whether the network takes (rows, columns, channels).
    """

    dimensions: int
    size: tuple[int, ...]
    channels: int = 1
    resize: Resize = "stretch"
    spacing_mm: tuple[float, ...] = ()
    orientation: str = ""
    invert: Invert = "as shown"
    channels_last: bool = False


@dataclass(frozen=True, slots=True)
class IntensitySpec:
    """How grey values become numbers.

    Attributes:
        scale: ``values``: as they are; ``window``: from `low` to `high` of real values; ``percentiles``: from
            the `low`-th to the `high`-th percentile of the image.
        target: What a window or percentiles become; what lies outside is cut.
        mean, std: Taken away and divided by afterwards, one number or one a channel; None: of the image.
    """

    scale: Scale = "percentiles"
    low: float = 0.0
    high: float = 100.0
    target: tuple[float, float] = (0.0, 1.0)
    mean: tuple[float, ...] | None = (0.0,)
    std: tuple[float, ...] | None = (1.0,)


@dataclass(frozen=True, slots=True)
class ClassSpec:
    """One output.

    Attributes:
        threshold: From which probability it counts as found; None where there is no such point.
        shown: False for a class that is no finding, as ``normal``.
    """

    key: str
    title: str
    code: Code | None = None
    threshold: float | None = None
    shown: bool = True
    group: str = ""


@dataclass(frozen=True, slots=True)
class Description:
    """A whole manifest.

    Attributes:
        model: The file or folder beside the manifest.
        sha256: That the model must have; empty for any.
        activation: What turns outputs into probabilities; ``none`` where the network gives them.
        temperature: Outputs are divided by it before the activation.
        images: DICOM modalities; empty for any.
        card: What its makers say of it.
        network: MONAI's class of the network and its arguments, for weights that come without one.
    """

    title: str
    model: str
    given: InputSpec
    classes: tuple[ClassSpec, ...]
    activation: Activation
    version: str = ""
    sha256: str = ""
    license: str = ""
    intended_use: str = ""
    card: str = ""
    intensity: IntensitySpec = field(default_factory=IntensitySpec)
    temperature: float = 1.0
    output: str = ""
    images: tuple[str, ...] = ()
    gate: Gate = field(default_factory=Gate)
    network: Mapping[str, object] = field(default_factory=dict)
