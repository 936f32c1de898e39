"""The tool bar above the viewports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolBar, QToolButton

from medapp.ui.reading.layouts import NAMES
from medapp.ui.reading.text import tr
from medapp.ui.style.icons import icon

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

    from medapp.ui.reading.settings import Settings


@dataclass(frozen=True)
class _Button:
    action: str
    title: str
    icon: str


_TOOLS = (
    _Button("tool_window", "Window", "contrast-circle"),
    _Button("tool_zoom", "Zoom", "magnify-plus-outline"),
    _Button("tool_pan", "Pan", "cursor-move"),
    _Button("tool_scroll", "Scroll", "layers-triple-outline"),
    _Button("tool_crosshair", "Crosshair", "crosshairs"),
    _Button("tool_distance", "Distance", "ruler"),
    _Button("tool_angle", "Angle", "angle-acute"),
    _Button("tool_roi", "ROI", "ellipse-outline"),
    _Button("tool_probe", "Probe", "eyedropper"),
    _Button("tool_brush", "Brush", "brush"),
)
_ONCE = (
    _Button("cine", "Cine", "play"),
    _Button("invert", "Invert", "invert-colors"),
    _Button("rotate", "Rotate", "rotate-right"),
    _Button("flip_horizontal", "Flip", "flip-horizontal"),
    _Button("reset_view", "Reset", "fit-to-screen-outline"),
    _Button("undo", "Undo", "undo"),
    _Button("redo", "Redo", "redo"),
    _Button("overlay_toggle", "Labels", "layers-outline"),
)


class ReadToolBar(QToolBar):
    """Tools, presets and arrangements; only says what was asked for."""

    actionWanted = Signal(str)
    layoutWanted = Signal(str)
    linkToggled = Signal(str, bool)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        """Make the buttons; their tips name the keys."""
        super().__init__(parent)
        self.setObjectName("readToolBar")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setIconSize(QSize(18, 18))
        self.setMovable(False)
        self._tools: dict[str, QAction] = {}
        self._full_width = 0
        group = QActionGroup(self)
        self._add_menu(tr("Layout"), "view-grid-outline", self._layout_menu())
        self._add_menu(tr("Presets"), "tune-variant", self._preset_menu(settings))
        self._add_menu(tr("Link"), "link-variant", self._link_menu())
        self.addSeparator()
        for button in _TOOLS:
            action = self._add(button, settings)
            action.setCheckable(True)
            group.addAction(action)
            self._tools[button.action.removeprefix("tool_")] = action
        self.addSeparator()
        self.once = {button.action: self._add(button, settings) for button in _ONCE}

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The words go where there is no room for them; tips still say them."""
        super().resizeEvent(event)
        self._full_width = self._full_width or self.sizeHint().width()
        fits = self.width() >= self._full_width
        style = Qt.ToolButtonStyle.ToolButtonTextUnderIcon if fits else Qt.ToolButtonStyle.ToolButtonIconOnly
        if style != self.toolButtonStyle():
            self.setToolButtonStyle(style)
            for button in self.findChildren(QToolButton):
                button.setToolButtonStyle(style)

    def set_tool(self, tool: str) -> None:
        """Show which tool is active."""
        action = self._tools.get(tool)
        if action is not None:
            action.setChecked(True)

    def set_undo(self, can_undo: bool, can_redo: bool) -> None:
        """Show whether there is something to undo or redo."""
        self.once["undo"].setEnabled(can_undo)
        self.once["redo"].setEnabled(can_redo)

    def _add(self, button: _Button, settings: Settings) -> QAction:
        keys = ", ".join(settings.keys.get(button.action, ()))
        action = QAction(icon(button.icon), tr(button.title), self)
        action.setToolTip(f"{tr(button.title)} ({keys})" if keys else tr(button.title))
        action.triggered.connect(lambda: self.actionWanted.emit(button.action))
        self.addAction(action)
        return action

    def _add_menu(self, title: str, picture: str, menu: QMenu) -> None:
        button = QToolButton(self)
        button.setText(title)
        button.setToolTip(title)
        button.setIcon(icon(picture))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(menu)
        self.addWidget(button)

    def _layout_menu(self) -> QMenu:
        menu = QMenu(self)
        for name in NAMES:
            text = tr("MPR: axial, coronal, sagittal, slab") if name == "mpr" else name.replace("x", " × ")
            action = menu.addAction(text)
            action.triggered.connect(lambda _=False, n=name: self.layoutWanted.emit(n))
        return menu

    def _preset_menu(self, settings: Settings) -> QMenu:
        menu = QMenu(self)
        entries = [("0", tr("Automatic")), ("1", tr("Of the file")), ("2", tr("Of the file, second"))]
        entries += [
            (preset.key, f"{tr(preset.name)}  {preset.width:g} / {preset.center:g}")
            for preset in settings.presets
            if preset.key not in {"0", "1", "2"}
        ]
        for key, text in entries:
            action = menu.addAction(f"{key}   {text}")
            action.triggered.connect(lambda _=False, k=key: self.actionWanted.emit(f"preset_{k}"))
        return menu

    def _link_menu(self) -> QMenu:
        menu = QMenu(self)
        for name, text, checked in (
            ("crosshair", tr("Crosshair"), True),
            ("scroll", tr("Scrolling"), True),
            ("window", tr("Window"), False),
        ):
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(checked)
            action.toggled.connect(lambda on, n=name: self.linkToggled.emit(n, on))
        return menu
