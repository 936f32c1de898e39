"""A made-up head of labels as mr.brain gives them, with volumes that are known."""

import numpy as np

from medapp.api import ClassifyRequest, SegmentResult
from medapp.domain.geometry import Geometry
from medapp.domain.segmentation import Code, Label
from medapp.domain.volume import Volume

CODES = {
    1: ("68523003", "Cerebral white matter"),
    2: ("40146001", "Cerebral cortex"),
    3: ("66720007", "Lateral ventricle"),
    4: ("53118009", "Inferior lateral ventricle"),
    5: ("33060004", "Cerebellar white matter"),
    6: ("25991003", "Cerebellar cortex"),
    7: ("42695009", "Thalamus"),
    8: ("11000004", "Caudate nucleus"),
    9: ("89278009", "Putamen"),
    10: ("14738005", "Globus pallidus"),
    11: ("49841001", "Third ventricle"),
    12: ("35918002", "Fourth ventricle"),
    13: ("119238007", "Brain stem"),
    14: ("5366008", "Hippocampus"),
    15: ("4958002", "Amygdala"),
    16: ("427667007", "Nucleus accumbens"),
    17: ("87563008", "Ventral diencephalon"),
    18: ("65216001", "Cerebrospinal fluid"),
}
LABELS = tuple(
    Label(value, name, Code(code, "SCT", name), "#888888") for value, (code, name) in CODES.items()
)
_PAIRS = {3: (24, 8, 6, 10, 20, 7), 4: (30, -12, -8, 3, 8, 3), 7: (10, 2, 0, 7, 9, 7),
          8: (14, -12, 6, 4, 8, 5),
          9: (24, -4, 0, 5, 12, 7), 10: (18, -2, 0, 3, 7, 5), 14: (26, 8, -14, 5, 14, 5),
          15: (24, -12, -14, 5, 6, 5), 16: (10, -18, 0, 3, 4, 3), 17: (8, 4, -10, 4, 6, 4)}  # fmt: skip
"""Label: half distance of the centres to the left, then centre to the back and up, then half axes, in mm."""
_MIDDLE = {11: (0, 0, -4, 2, 10, 8), 12: (0, 34, -34, 5, 5, 6), 13: (0, 18, -40, 10, 10, 18)}


def head(*, tilt=(0.0, 0.0), spacing=(1.0, 1.0, 1.2), shift=(0.0, 0.0, 0.0), larger_right=0.0):
    """Labels (slices, rows, columns) and their geometry.

    Args:
        tilt: Degrees by which the head is turned about its long axis, then about its depth.
        spacing: mm along (i, j, k).
        shift: Of the whole head in mm, LPS.
        larger_right: Share by which the right hippocampus is longer.

    The head lies tilted on an upright grid, as it would in a scanner.
    """
    size = (150, 190, 150)
    shape = tuple(round(mm / step) for mm, step in zip(size[::-1], spacing[::-1], strict=True))
    origin = [-mm / 2 + move for mm, move in zip(size, shift, strict=True)]
    geometry = Geometry.from_parts(shape, origin, spacing)
    k, j, i = np.indices(shape)
    points = geometry.to_patient(np.stack((i, j, k), axis=-1)) - np.asarray(shift)
    x, y, z = np.moveaxis(points @ turn(tilt), -1, 0)
    array = np.zeros(shape, np.uint8)
    array[(x / 66) ** 2 + (y / 84) ** 2 + (z / 66) ** 2 < 1] = 18
    # A brain that is neither a ball nor alike in front and behind.
    array[(x / 61) ** 2 + (y / 78) ** 2 + ((z - 2) / (58 + 0.06 * y)) ** 2 < 1] = 2
    array[(x / 55) ** 2 + (y / 72) ** 2 + ((z - 2) / (52 + 0.06 * y)) ** 2 < 1] = 1
    array[((np.abs(x) - 22) / 24) ** 2 + ((y - 48) / 22) ** 2 + ((z + 40) / 16) ** 2 < 1] = 6
    array[((np.abs(x) - 22) / 15) ** 2 + ((y - 48) / 14) ** 2 + ((z + 40) / 8) ** 2 < 1] = 5
    for value, (cx, cy, cz, a, b, c) in _MIDDLE.items():
        array[((x - cx) / a) ** 2 + ((y - cy) / b) ** 2 + ((z - cz) / c) ** 2 < 1] = value
    for value, (cx, cy, cz, a, b, c) in _PAIRS.items():
        for side in (1, -1):
            longer = 1 + larger_right if value == 14 and side < 0 else 1.0
            inside = ((x - side * cx) / a) ** 2 + ((y - cy) / (b * longer)) ** 2 + ((z - cz) / c) ** 2 < 1
            array[inside] = value
    return array, geometry, x


def turn(tilt):
    """The rotation from the head's own axes to the patient's, 3 x 3."""
    yaw, roll = np.radians(tilt)
    about_z = np.array(((np.cos(yaw), -np.sin(yaw), 0), (np.sin(yaw), np.cos(yaw), 0), (0, 0, 1)))
    about_y = np.array(((np.cos(roll), 0, np.sin(roll)), (0, 1, 0), (-np.sin(roll), 0, np.cos(roll))))
    return about_z @ about_y


def request(array, geometry, **parameters) -> ClassifyRequest:
    """A question about such a head."""
    image = (array.astype(np.int16) * 40 + 100).astype(np.int16)
    return ClassifyRequest(
        "mr.volumes",
        Volume(image, geometry, "MR"),
        "MR",
        facts={"PatientAge": "071Y", "PatientSex": "F"},
        segmentation=SegmentResult(array, LABELS),
        parameters=parameters,
    )
