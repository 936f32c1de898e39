"""The viewports in their arrangement."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QGridLayout, QMenu, QWidget

from medapp.ui.reading.corners import LEVELS
from medapp.ui.reading.text import tr
from medapp.ui.reading.viewport import Viewport

if TYPE_CHECKING:
    from medapp.ui.reading.read_model import ReadModel
    from medapp.ui.reading.settings import Settings

_GAP = 2


class ViewGrid(QWidget):
    """One `Viewport` for every model of the arrangement."""

    actionWanted = Signal(str)
    seriesDropped = Signal(str)

    def __init__(self, read: ReadModel, settings: Settings, parent: QWidget | None = None) -> None:
        """Show the arrangement of `read`."""
        super().__init__(parent)
        self.setObjectName("viewGrid")
        self._read = read
        self.settings = settings
        self._level = 0
        self._identity = True
        self.viewports: list[Viewport] = []
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(_GAP)
        read.layout_changed.connect(self.rebuild)
        read.active_changed.connect(self._mark_active)
        read.tool_changed.connect(self._update_all)
        self.rebuild()

    def rebuild(self) -> None:
        """Make and place the viewports that the arrangement asks for; those at hand are used again."""
        models = self._read.viewports
        while len(self.viewports) > len(models):
            viewport = self.viewports.pop()
            viewport.release_model()
            viewport.setParent(None)
            viewport.deleteLater()
        while len(self.viewports) < len(models):
            self.viewports.append(self._make(len(self.viewports)))
        layout, alone = self._read.layout, self._read.maximized
        for viewport in self.viewports:
            self._layout.removeWidget(viewport)
        self._stretch(layout.rows, layout.columns, single=alone is not None)
        for n, (viewport, model) in enumerate(zip(self.viewports, models, strict=True)):
            if viewport.model is not model:
                viewport.set_model(model)
            viewport.setVisible(alone is None or alone == n)
            place = (0, 0) if alone is not None else divmod(n, layout.columns)
            if alone is None or alone == n:
                self._layout.addWidget(viewport, *place)
        self._mark_active()

    def _stretch(self, rows: int, columns: int, *, single: bool) -> None:
        for n in range(4):
            self._layout.setRowStretch(n, 1 if n < (1 if single else rows) else 0)
            self._layout.setColumnStretch(n, 1 if n < (1 if single else columns) else 0)

    def _make(self, n: int) -> Viewport:
        viewport = Viewport(self._read, self)
        viewport.corner_level = LEVELS[self._level]
        viewport.identity = self._identity
        viewport.activated.connect(partial(self._read.set_active, n))
        viewport.maximizeWanted.connect(partial(self._read.toggle_maximized, n))
        viewport.menuWanted.connect(self._menu)
        viewport.seriesDropped.connect(self.seriesDropped)
        return viewport

    def focus_active(self) -> None:
        """Give the keys to the active viewport."""
        self.viewports[self._read.active_index].setFocus()

    def cancel(self) -> None:
        """Drop the gestures under way."""
        for viewport in self.viewports:
            viewport.cancel()

    def cycle_corners(self) -> None:
        """All corner texts, few, none."""
        self._level = (self._level + 1) % len(LEVELS)
        for viewport in self.viewports:
            viewport.corner_level = LEVELS[self._level]
            viewport.update()

    def toggle_identity(self) -> None:
        """Blank who the patient is."""
        self._identity = not self._identity
        for viewport in self.viewports:
            viewport.identity = self._identity
            viewport.update()

    def _mark_active(self) -> None:
        several = len(self.viewports) > 1
        for n, viewport in enumerate(self.viewports):
            active = several and n == self._read.active_index
            if viewport.is_active != active:
                viewport.is_active = active
                viewport.update()

    def _update_all(self) -> None:
        for viewport in self.viewports:
            viewport.update()

    def _menu(self, where: QPoint) -> None:
        menu = self.context_menu()
        menu.popup(where)

    def context_menu(self) -> QMenu:
        """What a right click offers."""
        menu = QMenu(self)
        for action, title in (
            ("reset_view", tr("Reset view")),
            ("invert", tr("Invert")),
            ("rotate", tr("Rotate by 90°")),
            ("flip_horizontal", tr("Flip left and right")),
            ("flip_vertical", tr("Flip top and bottom")),
            ("key_image", tr("Key image")),
            ("overlay_toggle", tr("Show or hide labels")),
            ("delete_measurement", tr("Delete last measurement")),
        ):
            self._entry(menu, action, title)
        windows = menu.addMenu(tr("Window"))
        self._entry(windows, "preset_0", tr("Automatic"))
        self._entry(windows, "preset_1", tr("Of the file"))
        for preset in self.settings.presets:
            self._entry(windows, f"preset_{preset.key}", tr(preset.name))
        return menu

    def _entry(self, menu: QMenu, action: str, title: str) -> None:
        keys = ", ".join(self.settings.keys.get(action, ()))
        entry = menu.addAction(f"{title}\t{keys}" if keys else title)
        entry.triggered.connect(lambda: self.actionWanted.emit(action))
