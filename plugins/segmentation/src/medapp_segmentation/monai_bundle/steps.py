"""Pre- and post-processing around the network, and the way back to the grid of the series."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from medapp_segmentation.monai_bundle.config import innermost
from medapp_segmentation.monai_bundle.image import lies_on
from medapp_segmentation.monai_bundle.source import BundleError

if TYPE_CHECKING:
    import torch
    from monai.data.meta_tensor import MetaTensor
    from monai.transforms.compose import Compose

    from medapp.api import JobContext
    from medapp.domain.volume import Volume
    from medapp_segmentation.monai_bundle.metadata import Facts

_COPIES = 3
_BYTES = 4


def preprocessed(transform: Compose, image: MetaTensor, facts: Facts) -> dict[Any, Any]:
    """Apply the pre-processing.

    Raises:
        BundleError: Where it fails, or gives something else than one image with one channel.
    """
    from monai.data.meta_tensor import MetaTensor

    data = _applied(transform, {facts.image_key: image}, "pre-processing")
    found = data.get(facts.image_key) if isinstance(data, dict) else None
    if not isinstance(found, MetaTensor) or found.ndim != 4 or found.shape[0] != 1:  # noqa: PLR2004 - c, x, y, z
        shape = tuple(getattr(found, "shape", ()))
        message = (
            f"the bundle's pre-processing gives no image of one channel but {shape or type(data).__name__}"
        )
        raise BundleError(message)
    return dict(data)


def postprocessed(
    steps: tuple[Compose, Compose],
    data: dict[Any, Any],
    output: torch.Tensor,
    volume: Volume,
    facts: Facts,
    context: JobContext,
) -> MetaTensor:
    """Apply the post-processing and see to it that the result lies on the grid of the series.

    Args:
        steps: Pre- and post-processing.
        data: Result of the pre-processing.
        output: Of the network, (channels, x, y, z).
        volume: The series.
        facts: Of the bundle.
        context: Gets a record where classes were chosen before the resampling, to save memory.

    Raises:
        BundleError: Where it fails, or the result cannot be brought back.
    """
    from monai.data.meta_tensor import MetaTensor

    before, after = steps
    image = data[facts.image_key]
    needed = _COPIES * _BYTES * output.shape[0] * int(np.prod(volume.array.shape[:3]))
    if needed > context.memory_budget / 2:
        output = output.cpu()
        if choose_early(after):
            context.record("postprocessing", "classes chosen before resampling, to save memory")
    data = {**data, facts.output_key: MetaTensor(output, meta=dict(image.meta))}
    done = _applied(after, data, "post-processing")
    found = done.get(facts.output_key)
    if not isinstance(found, MetaTensor):
        message = f"the bundle's post-processing gives no image {facts.output_key!r}"
        raise BundleError(message)
    if lies_on(found, volume):
        return found
    found = _inverted(before, done, facts)
    if not lies_on(found, volume):
        message = (
            f"the result of the bundle does not lie on the grid of the series "
            f"({tuple(found.shape[1:])} instead of {volume.array.shape[2::-1]}) and cannot be brought back"
        )
        raise BundleError(message)
    return found


def choose_early(after: Compose) -> bool:
    """Move the choice of the class (argmax) before the inversion, which then resamples one channel.

    Only where the one follows the other directly and nothing else is asked of the choice.
    """
    from monai.transforms.post.dictionary import AsDiscreted, Invertd

    transforms = list(after.transforms)
    for number, (first, second) in enumerate(itertools.pairwise(transforms)):
        if not (isinstance(first, Invertd) and isinstance(second, AsDiscreted)):
            continue
        if (
            not all(second.argmax)
            or any(second.to_onehot)
            or any(one is not None for one in second.threshold)
        ):
            continue
        first.nearest_interp = (True,) * len(first.keys)
        transforms[number : number + 2] = [second, first]
        after.transforms = tuple(transforms)
        return True
    return False


def as_compose(built: Any) -> Compose:  # noqa: ANN401 - a transform, a list of them, or nothing
    """Whatever the configuration gives, as one invertible chain."""
    from monai.transforms.compose import Compose

    if built is None:
        return Compose([])
    return built if isinstance(built, Compose) else Compose(built)


def _inverted(before: Compose, data: dict[Any, Any], facts: Facts) -> MetaTensor:
    """Undo the pre-processing for a bundle whose own post-processing does not."""
    from monai.transforms.post.dictionary import Invertd

    back = Invertd(facts.output_key, before, facts.image_key, nearest_interp=True, to_tensor=True)
    found: MetaTensor = _applied(back, data, "inverting the pre-processing")[facts.output_key]
    return found


def _applied(transform: Any, data: dict[Any, Any], what: str) -> Any:  # noqa: ANN401 - MONAI's transforms
    try:
        return transform(data)
    except Exception as error:
        message = f"the bundle's {what} fails: {innermost(error)}"
        raise BundleError(message) from error
