"""A workspace that shows a volume made here."""

from __future__ import annotations

import pytest

from medapp.domain.segmentation import Segmentation
from medapp.domain.volume import Volume
from tests.ui.reading.phantoms import Loaded, make_segmentation, make_series, make_volume


@pytest.fixture
def volume() -> Volume:
    return make_volume()


@pytest.fixture
def segmentation(volume: Volume) -> Segmentation:
    return make_segmentation(volume)


@pytest.fixture
def workspace(qtbot, volume):
    from medapp.ui.reading.workspace import ReadWorkspace

    widget = ReadWorkspace()
    qtbot.addWidget(widget)
    widget.resize(1200, 800)
    widget.show()
    qtbot.waitExposed(widget)
    widget.show_series(make_series(), Loaded(volume))
    return widget
