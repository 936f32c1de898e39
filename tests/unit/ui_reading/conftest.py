"""A volume made here, for models without a window."""

from __future__ import annotations

import pytest

from medapp.domain.segmentation import Segmentation
from medapp.domain.volume import Volume
from tests.ui.reading.phantoms import make_segmentation, make_volume


@pytest.fixture
def volume() -> Volume:
    return make_volume()


@pytest.fixture
def segmentation(volume: Volume) -> Segmentation:
    return make_segmentation(volume)
