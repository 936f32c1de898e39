"""The window fits the screen that it opens on, and the first page says what may be dropped."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QLabel

from medapp.ui.shell import window as shell
from medapp.ui.shell.welcome import WelcomePage


class Screen:
    def __init__(self, available):
        self.availableGeometry = lambda: available


@pytest.mark.parametrize(
    ("available", "size"),
    [
        (QRect(0, 0, 1920, 1080), (1440, 900)),
        (QRect(64, 27, 1216, 773), None),
        (QRect(0, 0, 800, 600), None),
    ],
)
def test_it_is_no_larger_than_the_screen(qtbot, app, monkeypatch, available, size):
    from medapp.ui.app import application

    application()
    monkeypatch.setattr(shell.MainWindow, "screen", lambda _: Screen(available))
    made = shell.MainWindow(app)
    qtbot.addWidget(made)
    if size is not None:
        assert (made.width(), made.height()) == size
        return
    assert made.width() == available.width()
    # Its title bar has to find room too.
    assert made.height() < available.height()
    assert made.pos() == available.topLeft()
    assert made.minimumSize().width() <= available.width()


def test_the_first_page_tells_of_records(qtbot):
    from medapp.ui.app import application

    application()
    page = WelcomePage()
    qtbot.addWidget(page)
    said = " ".join(label.text() for label in page.findChildren(QLabel))
    for kind in ("FHIR", "HL7 v2", "C-CDA", "OMOP", "tables", "phenopackets", "VCF"):
        assert kind in said
