"""The Findings workspace: inbox at the left, what is chosen with its reasons beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QScrollArea, QSplitter, QStackedWidget, QWidget

from medapp.ui.findings.answer_page import AnswerPage
from medapp.ui.findings.decision import FindingHead
from medapp.ui.findings.evidence import EvidencePage
from medapp.ui.findings.inbox_list import InboxList
from medapp.ui.shell.widgets import ElidedLabel, NoticeBox, button, column, empty, scroll_area, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QShowEvent
    from PySide6.QtWidgets import QPushButton

    from medapp.domain.finding import Finding
    from medapp.domain.volume import Volume
    from medapp.services.inbox import InboxItem
    from medapp.ui.findings.ask_panel import AskPanel
    from medapp.ui.findings.model import Choice, FindingsModel

_LIST_WIDTH = 126 * tokens.GRID
_LEAST_LIST = 84 * tokens.GRID
_LEAST_PAGE = 120 * tokens.GRID
_SHARES = (0.64, 0.36)
"""Of the height at the left: the list, and the models to ask."""


class FindingsWorkspace(QWidget):
    """Draws a `FindingsModel`; asks for images, entries and cards by signals."""

    entryRequested = Signal(str)
    imageRequested = Signal(str, int)
    """Key of a series and the slice to show."""
    cardRequested = Signal(str, str)
    """Name of a card, and the card itself where it came with the model."""
    imagesWanted = Signal(str)
    """Key of the series whose image lies under a heat map."""

    def __init__(self, model: FindingsModel, ask: AskPanel) -> None:
        """Show `model`; `ask` offers the models."""
        super().__init__()
        self._model = model
        self._volume: Volume | None = None
        self._volume_of = ""
        self._shown: Choice | None = None
        self._is_stale = False
        self.list = InboxList(model)
        self.head = FindingHead(model)
        self.evidence = EvidencePage()
        self.answer = AnswerPage(model)
        self.ask = ask
        self._unreadable = column()
        self.detail = scroll_area(self._finding_page())
        self.whole = scroll_area(_padded(self.answer))
        self.nothing = self._empty_page()
        self.pages = QStackedWidget()
        for page in (self.nothing, self.detail, self.whole):
            self.pages.addWidget(page)
        self.pages.setMinimumWidth(_LEAST_PAGE)
        self._lay_out()
        self._connect()
        self.refresh()

    # ---- parts ----------------------------------------------------------------------------------------
    def _lay_out(self) -> None:
        look = tokens.current()
        self.left = QSplitter(Qt.Orientation.Vertical)
        self.left.setChildrenCollapsible(False)
        self.left.setMinimumWidth(_LEAST_LIST)
        self.left.addWidget(self.list)
        self.left.addWidget(self.ask)
        self.left.setStretchFactor(0, 3)
        self.left.setStretchFactor(1, 2)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.left)
        self.splitter.addWidget(self.pages)
        self.splitter.setStretchFactor(0, 0)
        self.splitter.setStretchFactor(1, 1)
        self._is_placed = False
        self.hint = ElidedLabel(
            tr(
                "A accepts as the button says, or asks where the model leaves it open · C corrects · "
                "R rejects · U undoes · N next · P back · / finds"
            ),
            "faint",
        )
        foot = column(gap=0)
        foot.setContentsMargins(look.gap, look.gap_tiny, look.gap, look.gap_tiny)
        foot.addWidget(self.hint)
        outer = column(gap=0)
        outer.addLayout(self._unreadable)
        outer.addWidget(self.splitter, 1)
        outer.addLayout(foot)
        self.setLayout(outer)
        self.ask.folded.connect(lambda _: self._share_left())

    def showEvent(self, event: QShowEvent) -> None:
        """Share the room when it is known how much there is; from then on the user does."""
        super().showEvent(event)
        if self._is_stale:
            self.refresh()
        self._model.follow()
        if not self._is_placed:
            self._is_placed = True
            self.splitter.setSizes([_LIST_WIDTH, max(self.width() - _LIST_WIDTH, _LEAST_PAGE)])
            self._share_left()

    def _share_left(self) -> None:
        """The models keep to their heading while they are folded."""
        whole = max(self.left.height(), 1)
        if self.ask.is_folded:
            head = self.ask.folded_height
            self.ask.setMaximumHeight(head)
            self.left.setSizes([whole - head, head])
        else:
            self.ask.setMaximumHeight(_UNBOUND)
            self.left.setSizes([round(whole * share) for share in _SHARES])

    def _finding_page(self) -> QWidget:
        look = tokens.current()
        page = QWidget()
        inner = column(gap=look.gap)
        inner.setContentsMargins(look.gap, look.gap_small, look.gap, look.gap)
        inner.addWidget(self.head)
        inner.addWidget(self.evidence, 1)
        page.setLayout(inner)
        return page

    def _empty_page(self) -> QWidget:
        page = QWidget()
        inner = column(gap=tokens.current().gap)
        inner.setContentsMargins(*(tokens.current().gap_huge for _ in range(4)))
        inner.addStretch()
        self._nothing_title = text_label("", "title", wrap=True)
        self._nothing_text = text_label("", "dim", wrap=True)
        self._all = button(tr("Show all"), self._model.show_all)
        for part in (self._nothing_title, self._nothing_text):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            inner.addWidget(part)
        inner.addWidget(self._all, 0, Qt.AlignmentFlag.AlignHCenter)
        inner.addStretch()
        page.setLayout(inner)
        return page

    def _connect(self) -> None:
        model, head = self._model, self.head
        model.changed.connect(self.refresh)
        model.selectionChanged.connect(self.refresh)
        self.evidence.entryRequested.connect(self.entryRequested)
        self.evidence.heat.imageRequested.connect(self._open_image)
        for part in (head, self.answer):
            part.cardRequested.connect(self._open_card)
        head.answerRequested.connect(lambda: model.choose(model.choice.result))
        keys: tuple[tuple[str, Callable[[], object]], ...] = (
            ("A", self._accept),
            ("C", lambda: _press(head.correct)),
            ("R", lambda: _press(head.reject)),
            ("U", lambda: _press(head.undo)),
            ("N", lambda: model.choose_next(1)),
            ("P", lambda: model.choose_next(-1)),
            ("/", self.list.search.setFocus),
        )
        for key, act in keys:
            shortcut = QShortcut(QKeySequence(key), self, act)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    # ---- showing --------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Show the inbox and the choice as they are now; out of view it waits until it comes into view."""
        self._is_stale = not self.isVisible()
        if self._is_stale and self._shown is not None:
            return
        model = self._model
        item, finding = model.item, model.finding
        empty(self._unreadable)
        for title, reason in model.unreadable:
            text = tr("The answer of {title} cannot be read: {reason}", title=title, reason=reason)
            self._unreadable.addWidget(NoticeBox(text, "error"))
        another, self._shown = model.choice != self._shown, model.choice
        if item is None:
            self._say_nothing()
            self.pages.setCurrentWidget(self.nothing)
        elif finding is None:
            self.answer.refresh()
            self._turn_to(self.whole, another=another)
        else:
            self.head.refresh()
            self.evidence.show_finding(item, finding, self._image(item, finding))
            self._turn_to(self.detail, another=another)

    def _turn_to(self, page: QScrollArea, *, another: bool) -> None:
        """Another choice is shown from its head on."""
        self.pages.setCurrentWidget(page)
        if another:
            # A button that is disabled meanwhile hands its focus on, and the page would scroll to that.
            page.verticalScrollBar().setValue(0)
            QTimer.singleShot(0, page, lambda: page.verticalScrollBar().setValue(0))

    def _image(self, item: InboxItem, finding: Finding) -> Volume | None:
        """What lies under the heat map, as soon as it has been read."""
        series = item.entry.series_key
        if finding.heat_map and series and series != self._volume_of:
            self._volume, self._volume_of = None, series
            self.imagesWanted.emit(series)
        return self._volume if series == self._volume_of else None

    def set_volume(self, series_key: str, volume: Volume | None) -> None:
        """The image that was asked for; None where it cannot be read."""
        if series_key == self._volume_of:
            self._volume = volume
            self.refresh()

    def _say_nothing(self) -> None:
        model = self._model
        if model.loading:
            title, text = tr("Reading the findings"), ""
        elif not model.items:
            title = tr("No findings yet")
            text = tr("Ask a model about this patient at the left; its answer appears here as a proposal.")
        elif not model.shown:
            title, text = tr("Nothing here"), tr("No finding passes this filter.")
        else:
            title, text = tr("Choose a finding"), tr("N goes to the next, P to the one before, A accepts.")
        self._nothing_title.setText(title)
        self._nothing_text.setText(text)
        self._nothing_text.setVisible(bool(text))
        self._all.setVisible(bool(model.items) and not model.shown)

    def _accept(self) -> None:
        """The key for it: of a finding, or of all measurements that are in view."""
        if self._model.finding is not None:
            self.head.press_accept()
        else:
            _press(self.answer.head.accept)

    # ---- acting ---------------------------------------------------------------------------------------
    def _open_image(self, place: int) -> None:
        if self._model.item is not None:
            self.imageRequested.emit(self._model.item.entry.series_key, place)

    def _open_card(self) -> None:
        if self._model.item is not None:
            report = self._model.item.report
            self.cardRequested.emit(str(report.get("card", "")), str(report.get("card_text", "")))


_UNBOUND = (1 << 24) - 1
"""Qt's own for a widget without a largest size."""


def _press(one: QPushButton) -> None:
    """A key does what its button does, where that can be pressed."""
    if one.isVisible() and one.isEnabled():
        one.click()


def _padded(body: QWidget) -> QWidget:
    look = tokens.current()
    page = QWidget()
    inner = column()
    inner.setContentsMargins(look.gap, look.gap_small, look.gap, look.gap)
    inner.addWidget(body)
    page.setLayout(inner)
    return page
