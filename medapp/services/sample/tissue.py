"""What the voxels of the sample head are made of."""

from __future__ import annotations

from enum import IntEnum


class Tissue(IntEnum):
    """What a voxel is made of."""

    AIR = 0
    FLUID = 1
    BONE = 2
    MARROW = 3
    FAT = 4
    MUSCLE = 5
    SKIN = 6
    VITREOUS = 7
    LENS = 8
    MUCOSA = 9
    BRAIN = 10
    NERVE = 11
    OEDEMA = 12
    RING = 13
    CORE = 14
