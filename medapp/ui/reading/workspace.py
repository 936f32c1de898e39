"""The Read workspace: thumbnails, tools, viewports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QKeyCombination, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from medapp.domain.arrays import np
from medapp.ui.reading.actions import Actions
from medapp.ui.reading.backend import BACKEND
from medapp.ui.reading.cine import Cine
from medapp.ui.reading.read_model import ReadModel
from medapp.ui.reading.settings import SettingsError, load_settings
from medapp.ui.reading.text import tr
from medapp.ui.reading.thumbnails import ThumbnailItem, ThumbnailStrip
from medapp.ui.reading.toolbar import ReadToolBar
from medapp.ui.reading.view_grid import ViewGrid

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from PySide6.QtGui import QKeyEvent, QShowEvent

    from medapp.domain.patient import Series
    from medapp.domain.segmentation import Segmentation
    from medapp.ui.reading.overlay import OverlayModel
    from medapp.ui.reading.reslice import Load
    from medapp.ui.reading.settings import Settings

_MESSAGE_MS = 6000
_WARM_UP_MS = 60


class ReadWorkspace(QWidget):
    """What the shell puts into its Read page; all that it does is in `read`, the model."""

    seriesRequested = Signal(str)
    activeSeriesChanged = Signal(str)
    segmentationEdited = Signal(object)
    fullScreenWanted = Signal()
    kernelsReady = Signal()

    def __init__(self, parent: QWidget | None = None, *, settings_file: Path | None = None) -> None:
        """Make the workspace; `settings_file` is the user's own keys, presets and hanging rules."""
        super().__init__(parent)
        self.setObjectName("readWorkspace")
        problem = ""
        try:
            settings = load_settings(settings_file)
        except SettingsError as error:
            settings, problem = load_settings(), str(error)
        self.settings = settings
        self.settings_file = settings_file
        self.read = ReadModel()
        self.actions_model = Actions(self.read, settings)
        self.thumbnails = ThumbnailStrip(self)
        self.tool_bar = ReadToolBar(settings, self)
        self.grid = ViewGrid(self.read, settings, self)
        self.message = QLabel(self)
        self.message.setObjectName("readMessage")
        self.cine = Cine(self.read, self)
        self._steps: tuple[str, ...] = ("1x1", "mpr")
        self._step = 0
        self._warm = False
        self._message_timer = QTimer(self, singleShot=True, interval=_MESSAGE_MS)
        self._message_timer.timeout.connect(self.message.hide)
        self._arrange()
        self._connect()
        if problem:
            self.say(problem)

    # ---- what the shell calls -------------------------------------------------------------------------
    @property
    def overlay(self) -> OverlayModel:
        """Opacity, outline, colours and visibility of the labels."""
        return self.read.overlay

    def show_series(self, series: Series, load: Load) -> None:
        """Show a series in the active viewport (in all of them in MPR)."""
        self.cine.stop()
        self._steps = self.settings.steps(series, max(self.thumbnails.count(), 1))
        self.read.show_series(series, load)
        self.grid.focus_active()

    def show_failure(self, series: Series, reason: str) -> None:
        """Say in the active viewport why a series cannot be shown."""
        self.read.active.show_failure(series, reason)

    @Slot(str, int)
    def slice_loaded(self, key: str, k: int) -> None:
        """A slice of a series has been read."""
        self.read.slice_loaded(key, k)

    def set_thumbnails(self, items: Iterable[ThumbnailItem]) -> None:
        """Fill the strip."""
        self.thumbnails.set_items(items)

    def set_thumbnail(self, key: str, png: bytes) -> None:
        """Fill in one picture of the strip."""
        self.thumbnails.set_picture(key, png)

    def set_segmentation(self, segmentation: Segmentation | None) -> None:
        """Lay labels over the series that they belong to; None takes them away."""
        self.read.set_segmentation(segmentation)

    def start_brush(self, label_value: int) -> bool:
        """Correct a label with the brush; False where there is no such label."""
        started = self.read.brush.start(label_value)
        if started:
            self.read.set_tool("brush")
        return started

    def stop_brush(self) -> None:
        """Put the brush away."""
        if self.read.tool == "brush":
            self.read.set_tool("window")
        self.read.brush.stop()

    def set_layout(self, name: str) -> None:
        """``1x1`` to ``4x4``, or ``mpr``.

        Raises:
            ValueError: Where `name` is no arrangement.
        """
        self.read.set_layout(name)

    def undo(self) -> None:
        """Take the last change back."""
        self.read.undo_stack.undo()

    def redo(self) -> None:
        """Make it again."""
        self.read.undo_stack.redo()

    def go_to(self, lps: Sequence[float]) -> bool:
        """Show a patient point (mm); False where it lies outside."""
        return self.read.go_to(np.asarray(lps, dtype=np.float64))

    def go_to_label(self, value: int) -> bool:
        """Show the middle of a label; False where it is empty."""
        return self.read.go_to_label(value)

    def clear(self) -> None:
        """Show nothing: another patient comes."""
        self.cine.stop()
        self.thumbnails.set_items(())
        self.read.clear()

    def use_settings(self, settings: Settings) -> None:
        """Use other keys, presets and hanging rules from now on."""
        self.settings = self.actions_model.settings = self.grid.settings = settings
        old, self.tool_bar = self.tool_bar, ReadToolBar(settings, self)
        self._right.replaceWidget(old, self.tool_bar)
        old.deleteLater()
        self._connect_tool_bar()

    def say(self, sentence: str) -> None:
        """Show a sentence below the tools for a while."""
        self.message.setText(sentence)
        self.message.show()
        self._message_timer.start()

    def run_action(self, action: str) -> bool:
        """Do an action of the key map by name; False where there is none."""
        own = {
            "cine": self.cine.toggle,
            "series_previous": lambda: self._neighbour(-1),
            "series_next": lambda: self._neighbour(1),
            "hanging_previous": lambda: self._hang(-1),
            "hanging_next": lambda: self._hang(1),
            "cancel": self._cancel,
            "full_screen": self.fullScreenWanted.emit,
            "corners_cycle": self.grid.cycle_corners,
            "identity_toggle": self.grid.toggle_identity,
        }
        function = own.get(action)
        if function is not None:
            function()
            return True
        return self.actions_model.run(action)

    # ---- inside ---------------------------------------------------------------------------------------
    def _arrange(self) -> None:
        self._right = right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.tool_bar)
        right.addWidget(self.message)
        right.addWidget(self.grid, 1)
        self.message.hide()
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.thumbnails)
        outer.addLayout(right, 1)

    def _connect(self) -> None:
        self.thumbnails.chosen.connect(self.seriesRequested)
        self.grid.seriesDropped.connect(self.seriesRequested)
        self.grid.actionWanted.connect(self.run_action)
        self.kernelsReady.connect(self.read.redraw)
        self.read.refused.connect(self.say)
        self.read.tool_changed.connect(lambda: self.tool_bar.set_tool(self.read.tool))
        self.read.active_changed.connect(self._tell_active)
        self.read.brush.edited.connect(self.segmentationEdited.emit)
        stack = self.read.undo_stack
        stack.changed.connect(lambda: self.tool_bar.set_undo(stack.can_undo, stack.can_redo))
        self._connect_tool_bar()

    def _connect_tool_bar(self) -> None:
        self.tool_bar.actionWanted.connect(self.run_action)
        self.tool_bar.layoutWanted.connect(self.set_layout)
        self.tool_bar.linkToggled.connect(lambda name, on: setattr(self.read.links, name, on))
        self.tool_bar.set_tool(self.read.tool)
        self.tool_bar.set_undo(self.read.undo_stack.can_undo, self.read.undo_stack.can_redo)

    def _tell_active(self) -> None:
        key = self.read.active.key
        self.thumbnails.set_current(key)
        self.activeSeriesChanged.emit(key)

    def _neighbour(self, step: int) -> None:
        key = self.thumbnails.neighbour(step)
        if key:
            self.seriesRequested.emit(key)

    def _hang(self, step: int) -> None:
        current = self.read.layout.name
        at = self._steps.index(current) if current in self._steps else 0
        wanted = self._steps[min(max(at + step, 0), len(self._steps) - 1)]
        if wanted != current:
            self.set_layout(wanted)

    def _cancel(self) -> None:
        self.cine.stop()
        self.grid.cancel()
        if self.read.tool == "brush":
            self.stop_brush()
        else:
            self.read.set_tool("window")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what the key map says of a key."""
        action = self.settings.action(key_text(event))
        if not action or not self.run_action(action):
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Load the compiled drawing code once the window has been painted."""
        super().showEvent(event)
        QTimer.singleShot(_WARM_UP_MS, self, self.warm_up)

    def warm_up(self) -> None:
        """Load the compiled drawing code in the background; may be asked for before the first image."""
        if not self._warm:
            self._warm = True
            BACKEND.start(self.kernelsReady.emit)


def key_text(event: Any) -> str:  # noqa: ANN401 - a QKeyEvent or what behaves like one
    """A key as the key map writes it. The key pad's mark is left out: its digits are digits."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return QKeySequence(QKeyCombination(modifiers, Qt.Key(event.key()))).toString(
        QKeySequence.SequenceFormat.PortableText
    )


__all__ = ["ReadWorkspace", "ThumbnailItem", "key_text", "tr"]
