"""Runs in the peers' environment: napari's frames, VTK's oblique plane.

Draws once for every line that it is sent, and answers with a JSON line: so both sides take turns.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

import numpy as np


def volume(shape: list[int]) -> np.ndarray:
    """int16 with values like those of a CT."""
    rng = np.random.default_rng(0)
    slab = rng.integers(-1000, 1500, (20, *shape[1:]), dtype=np.int16)
    return np.ascontiguousarray(np.tile(slab, (shape[0] // 20 + 1, 1, 1))[: shape[0]])


def labels(shape: list[int]) -> np.ndarray:
    """uint8 with four labels that reach through all planes."""
    array = np.zeros(shape, np.uint8)
    count, rows, columns = shape
    for value in range(1, 5):
        start = value * rows // 6
        array[count // 8 : -count // 8, start : start + rows // 8, columns // 4 : -columns // 4] = value
    return array


def napari_frames(order: dict) -> Callable[[], float]:
    """Gives milliseconds a frame of three panes, each a viewer of napari with an image and a labels layer."""
    import napari
    from qtpy.QtWidgets import QApplication

    image, mask = volume(order["shape"]), labels(order["shape"])
    viewers = []
    for axes in ((0, 1, 2), (1, 0, 2), (2, 0, 1)):
        viewer = napari.Viewer(show=False)
        viewer.add_image(image, contrast_limits=(-160, 240))
        viewer.add_labels(mask, opacity=0.35)
        viewer.dims.order = axes
        canvas = viewer.window._qt_viewer.canvas.native
        viewer.window._qt_window.resize(order["side"] + 500, order["side"] + 200)
        viewer.window._qt_window.show()
        canvas.setFixedSize(order["side"], order["side"])
        viewers.append((viewer, canvas, axes[0]))
    for _ in range(20):
        QApplication.processEvents()
        time.sleep(0.05)

    def scroll() -> float:
        start = time.perf_counter()
        for n in range(order["frames"]):
            for viewer, canvas, axis in viewers:
                viewer.dims.set_current_step(axis, order["shape"][axis] // 2 + n - order["frames"] // 2)
                canvas.repaint()
            QApplication.processEvents()
        return (time.perf_counter() - start) * 1000 / order["frames"]

    return scroll


def vtk_oblique(order: dict) -> Callable[[], float]:
    """Gives milliseconds of `vtkImageReslice` for the same plane, linear, on its own threads."""
    from vtkmodules.util.numpy_support import numpy_to_vtk
    from vtkmodules.vtkCommonDataModel import vtkImageData
    from vtkmodules.vtkImagingCore import vtkImageReslice

    array = volume(order["shape"])
    image = vtkImageData()
    image.SetDimensions(*order["shape"][::-1])
    image.GetPointData().SetScalars(numpy_to_vtk(array.ravel(), deep=False))
    origin, right, down = (np.array(step[::-1]) for step in order["oblique"])
    reslice = vtkImageReslice()
    reslice.SetInputData(image)
    reslice.SetResliceAxesDirectionCosines(*right, *down, *np.cross(right, down))
    reslice.SetResliceAxesOrigin(*origin)
    reslice.SetOutputDimensionality(2)
    reslice.SetOutputExtent(0, 511, 0, 511, 0, 0)
    reslice.SetOutputOrigin(0, 0, 0)
    reslice.SetOutputSpacing(1, 1, 1)
    reslice.SetInterpolationModeToLinear()

    def cut() -> float:
        reslice.Modified()
        start = time.perf_counter()
        reslice.Update()
        return (time.perf_counter() - start) * 1000

    return cut


if __name__ == "__main__":
    order = json.loads(sys.argv[1])
    draw = {"napari": napari_frames, "vtk": vtk_oblique}[order["kind"]](order)
    for _ in sys.stdin:
        print(json.dumps({"ms": draw()}), flush=True)
