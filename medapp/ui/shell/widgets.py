"""Small parts that the panels share: labels by role, buttons, notices, foldable sections."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics, QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from medapp.ui.style import tokens
from medapp.ui.style.icons import icon
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QResizeEvent

L = TypeVar("L", QVBoxLayout, QHBoxLayout)
_LONG_WORD = re.compile(r"\S{24,}")
_PAUSE = re.compile(r"[\W_]|[^\W_]{24}")
Role = Literal["", "title", "heading", "dim", "faint", "section"]
State = Literal["info", "success", "warning", "error"]


def text_label(text: str = "", role: Role = "", *, wrap: bool = False, selectable: bool = False) -> QLabel:
    """A label in one of the look's roles; its text is never taken for markup."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    label.setWordWrap(wrap)
    if wrap:
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        label.setSizePolicy(policy)
    if selectable:
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def has_long_word(text: str) -> bool:
    """True where a text cannot be wrapped, as a path or a UID."""
    return _LONG_WORD.search(text) is not None


def breakable(text: str) -> str:
    """The same text, which may be wrapped within long words (by zero-width spaces: not for copying)."""
    return _LONG_WORD.sub(lambda found: _PAUSE.sub("\\g<0>\u200b", found.group()), text)


class ElidedLabel(QLabel):
    """A label of one line that ends in an ellipsis where it is too long; the tool tip has all of it."""

    def __init__(self, text: str = "", role: Role = "", mode: Qt.TextElideMode | None = None) -> None:
        """Show `text`."""
        super().__init__()
        self._full = ""
        self._mode = mode or Qt.TextElideMode.ElideRight
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.set_full_text(text)

    @property
    def full_text(self) -> str:
        """The text before it was cut."""
        return self._full

    def set_full_text(self, text: str) -> None:
        """Show another text."""
        self._full = text
        self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut anew."""
        super().resizeEvent(event)
        self._cut()

    def minimumSizeHint(self) -> QSize:
        """May shrink to some letters."""
        return QSize(6 * tokens.GRID, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        """As wide as the whole text."""
        self.ensurePolished()
        width = QFontMetrics(self.font()).horizontalAdvance(self._full) + tokens.GRID
        return QSize(width, super().sizeHint().height())

    def _cut(self) -> None:
        self.ensurePolished()
        shown = QFontMetrics(self.font()).elidedText(self._full, self._mode, max(0, self.width()))
        self.setText(shown)
        self.setToolTip(self._full if shown != self._full else "")


class CopyLabel(ElidedLabel):
    """A path, an identifier or the like on one line, cut in the middle; its menu copies all of it."""

    def __init__(self, text: str = "", role: Role = "") -> None:
        """Show `text`."""
        super().__init__(text, role, Qt.TextElideMode.ElideMiddle)
        copy = QAction(tr("Copy"), self)
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(self.full_text))
        self.addAction(copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)


def button(
    text: str, pressed: Callable[[], object], *, name: str = "", primary: bool = False, tip: str = ""
) -> QPushButton:
    """A button with text and, where `name` names one, an icon."""
    # The style sheet knows no distance between icon and text.
    result = QPushButton(f" {text}" if name else text)
    result.setProperty("primary", primary)
    if name:
        look = tokens.current()
        result.setIcon(icon(name, look.accent_text if primary else ""))
        result.setIconSize(QSize(look.icon, look.icon))
    result.setToolTip(tip)
    result.setAccessibleName(text)
    result.clicked.connect(lambda _=False: pressed())
    return result


class ElidedButton(QPushButton):
    """A button that cuts its text in the middle where room is short; the tool tip has all of it."""

    def __init__(self, text: str, pressed: Callable[[], object], *, name: str = "") -> None:
        """Show `text`, and an icon where `name` names one."""
        super().__init__()
        look = tokens.current()
        if name:
            self.setIcon(icon(name))
            self.setIconSize(QSize(look.icon, look.icon))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda _=False: pressed())
        self.set_full_text(text)

    def set_full_text(self, text: str) -> None:
        """Show another text."""
        self.full_text = text
        self.setToolTip(text)
        self.setAccessibleName(text)
        self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut anew."""
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        look = tokens.current()
        taken = 0 if self.icon().isNull() else look.icon + look.gap_small
        room = max(0, self.width() - taken - 2 * look.gap - look.gap_small)
        shown = QFontMetrics(self.font()).elidedText(self.full_text, Qt.TextElideMode.ElideMiddle, room)
        # The style sheet knows no distance between icon and text.
        self.setText(f" {shown}" if taken else shown)


def icon_button(name: str, tip: str, pressed: Callable[[], object] | None = None) -> QToolButton:
    """A small button that is an icon; the tool tip is its name."""
    look = tokens.current()
    result = QToolButton()
    result.setIcon(icon(name))
    result.setIconSize(QSize(look.icon, look.icon))
    result.setToolTip(tip)
    result.setAccessibleName(tip)
    result.setCursor(Qt.CursorShape.ArrowCursor)
    if pressed is not None:
        result.clicked.connect(lambda _=False: pressed())
    return result


def line(*, vertical: bool = False) -> QFrame:
    """A thin line between two parts."""
    result = QFrame()
    result.setObjectName("line")
    width = tokens.current().border_width
    if vertical:
        result.setFixedWidth(width)
    else:
        result.setFixedHeight(width)
    return result


def column(*, margin: int = 0, gap: int | None = None) -> QVBoxLayout:
    """A vertical layout on the grid."""
    return _laid(QVBoxLayout(), margin, gap)


def row(*, margin: int = 0, gap: int | None = None) -> QHBoxLayout:
    """A horizontal layout on the grid."""
    return _laid(QHBoxLayout(), margin, gap)


def _laid(layout: L, margin: int, gap: int | None) -> L:
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(tokens.current().gap_small if gap is None else gap)
    return layout


def scroll_area(body: QWidget) -> QScrollArea:
    """`body` as wide as there is room, scrolled up and down alone, without a frame."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(body)
    return area


def empty(layout: QLayout) -> None:
    """Take everything out of a layout and delete it."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            empty(inner)


class NoticeBox(QFrame):
    """A remark with its severity as a coloured edge and in words for screen readers."""

    def __init__(self, text: str, state: State = "warning") -> None:
        """Show `text`."""
        super().__init__()
        look = tokens.current()
        self.setProperty("notice", state)
        inner = row(gap=look.gap_small)
        inner.setContentsMargins(look.gap_small, look.gap_small, look.gap_small, look.gap_small)
        self.label = text_label(text, wrap=True, selectable=True)
        self.setAccessibleName(f"{state}: {text}")
        inner.addWidget(self.label, 1)
        self.setLayout(inner)


class Section(QWidget):
    """A heading that folds what is below it."""

    folded = Signal(bool)

    def __init__(self, title: str, body: QWidget, *, open_: bool = True) -> None:
        """Show `body` below `title`."""
        super().__init__()
        look = tokens.current()
        self._title = title
        self._body = body
        self._head = QToolButton()
        self._head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._head.setIconSize(QSize(look.icon, look.icon))
        self._head.setCheckable(True)
        self._head.setObjectName("sectionhead")
        self._head.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._head.toggled.connect(self._fold)
        inner = column(gap=look.gap_small)
        inner.addWidget(self._head)
        inner.addWidget(body)
        self.setLayout(inner)
        self.set_count(None)
        self._head.setChecked(open_)
        self._fold(open_)

    def set_count(self, count: int | None) -> None:
        """Say how many there are below; None says nothing."""
        self._head.setText(self._title if not count else f"{self._title}  {count}")

    def unfold(self) -> None:
        """Show the body."""
        self._head.setChecked(True)

    def fold(self) -> None:
        """Show the heading alone."""
        self._head.setChecked(False)

    def _fold(self, is_open: bool) -> None:
        self._head.setIcon(icon("chevron-down" if is_open else "chevron-right"))
        self._body.setVisible(is_open)
        self.folded.emit(not is_open)
