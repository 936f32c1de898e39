"""The child of `isolated`: one JSON request a line, one JSON answer a line."""

from __future__ import annotations

import json
import os
import sys
import warnings
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BROKEN: Final = ("no pixel data to decode", "when parsing the encapsulated pixel data")
"""What pydicom says of such files."""


def main() -> None:
    """Serve until the input ends."""
    answers = os.fdopen(os.dup(1), "w")
    # What a decoder prints must not get between the answers.
    os.dup2(2, 1)
    limit_memory()
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        answers.write(json.dumps(_serve(json.loads(line))) + "\n")
        answers.flush()


def limit_memory() -> None:
    """Keep this process below the limit where the system can."""
    try:
        import resource
    except ImportError:  # pragma: no cover - Windows
        return
    from medapp.formats.dicom.isolated import MEMORY_LIMIT

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))


def _serve(request: dict[str, Any]) -> dict[str, Any]:
    import numpy as np

    reasons = []
    for decode in (_by_pydicom, _by_simpleitk):
        try:
            np.save(request["out"], decode(request["path"], request["frame"], request["rgb"]))
        except (Exception, MemoryError) as error:  # noqa: BLE001 - whatever it is, the next decoder is asked
            reasons.append(f"{type(error).__name__}: {error}".splitlines()[0][:300])
            if _is_broken(error):
                break
        else:
            return {"ok": True}
    return {"error": "; ".join(reasons)}


def _is_broken(error: BaseException) -> bool:
    """True where the file itself breaks off or has no pixels: the next decoder would only search it."""
    import zlib

    return isinstance(error, zlib.error) or any(words in str(error) for words in _BROKEN)


def _by_pydicom(path: str, frame: int, rgb: bool) -> NDArray[Any]:  # noqa: FBT001
    from pydicom import dcmread
    from pydicom.pixels.utils import pixel_array

    dataset = dcmread(path, force=True)
    return pixel_array(dataset, index=frame, raw=not rgb)


def _by_simpleitk(path: str, frame: int, _rgb: bool) -> NDArray[Any]:  # noqa: FBT001
    import numpy as np
    import SimpleITK as sitk

    reader = sitk.ImageFileReader()
    reader.SetImageIO("GDCMImageIO")
    reader.SetFileName(path)
    image = reader.Execute()
    slope = image.GetMetaData("0028|1053") if image.HasMetaDataKey("0028|1053") else "1"
    intercept = image.GetMetaData("0028|1052") if image.HasMetaDataKey("0028|1052") else "0"
    if float(slope) != 1 or float(intercept) != 0:
        # GDCM has applied them already, and what it rounded cannot be undone.
        message = "SimpleITK gives rescaled values only"
        raise ValueError(message)
    array = sitk.GetArrayFromImage(image)
    if array.ndim < 3 + (image.GetNumberOfComponentsPerPixel() > 1):
        array = array[None]
    return np.asarray(array[frame])


if __name__ == "__main__":
    main()
