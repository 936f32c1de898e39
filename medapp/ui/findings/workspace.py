"""The Findings workspace: inbox at the left, what is chosen with its reasons beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QStackedWidget, QWidget

from medapp.ui.findings.decision import FindingHead
from medapp.ui.findings.evidence import EvidencePage
from medapp.ui.findings.inbox_list import InboxList
from medapp.ui.shell.widgets import NoticeBox, button, column, empty, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.domain.volume import Volume
    from medapp.ui.findings.ask_panel import AskPanel
    from medapp.ui.findings.model import FindingsModel

_LIST_WIDTH = 96 * tokens.GRID


class FindingsWorkspace(QWidget):
    """Draws a `FindingsModel`; asks for images, entries and cards by signals."""

    entryRequested = Signal(str)
    imageRequested = Signal(str, int)
    """Key of a series and the slice to show."""
    cardRequested = Signal(str)
    imagesWanted = Signal(str)
    """Key of the series whose image lies under a heat map."""

    def __init__(self, model: FindingsModel, ask: AskPanel) -> None:
        """Show `model`; `ask` offers the models."""
        super().__init__()
        look = tokens.current()
        self._model = model
        self._volume: Volume | None = None
        self._volume_of = ""
        self.list = InboxList(model)
        self.head = FindingHead(model)
        self.evidence = EvidencePage()
        self.ask = ask
        self._unreadable = column()
        page = QWidget()
        inner = column(gap=look.gap)
        inner.setContentsMargins(look.gap, look.gap_small, look.gap, look.gap)
        inner.addWidget(self.head)
        inner.addWidget(self.evidence, 1)
        page.setLayout(inner)
        self.detail = QScrollArea()
        self.detail.setWidgetResizable(True)
        self.detail.setFrameShape(QFrame.Shape.NoFrame)
        self.detail.setWidget(page)
        self.nothing = self._empty_page()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.nothing)
        self.pages.addWidget(self.detail)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self._left())
        self.splitter.addWidget(self.pages)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([_LIST_WIDTH, 2 * _LIST_WIDTH])
        outer = column(gap=0)
        outer.addLayout(self._unreadable)
        outer.addWidget(self.splitter, 1)
        self.setLayout(outer)
        self._connect()
        self.refresh()

    def _left(self) -> QWidget:
        left = QWidget()
        inner = column(gap=tokens.current().gap_small)
        inner.addWidget(self.list, 1)
        inner.addWidget(self.ask)
        left.setLayout(inner)
        left.setMinimumWidth(_LIST_WIDTH * 3 // 4)
        return left

    def _empty_page(self) -> QWidget:
        page = QWidget()
        inner = column(gap=tokens.current().gap)
        inner.addStretch()
        self._nothing_title = text_label("", "title")
        self._nothing_text = text_label("", "dim", wrap=True)
        self._all = button(tr("Show all"), lambda: self._model.set_filter("all"))
        for part in (self._nothing_title, self._nothing_text):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            inner.addWidget(part)
        inner.addWidget(self._all, 0, Qt.AlignmentFlag.AlignHCenter)
        inner.addStretch()
        page.setLayout(inner)
        return page

    def _connect(self) -> None:
        model = self._model
        model.changed.connect(self.refresh)
        model.selectionChanged.connect(self.refresh)
        self.evidence.entryRequested.connect(self.entryRequested)
        self.evidence.heat.imageRequested.connect(self._open_image)
        self.head.cardRequested.connect(self._open_card)
        for keys, act in (
            ("A", lambda: self._decide("accept")),
            ("R", lambda: self._decide("reject")),
            ("N", lambda: model.choose_next(1)),
            ("P", lambda: model.choose_next(-1)),
        ):
            shortcut = QShortcut(QKeySequence(keys), self, act)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    # ---- showing --------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Show the inbox and the choice as they are now."""
        model = self._model
        item = model.item
        empty(self._unreadable)
        for title, reason in model.unreadable:
            text = tr("The answer of {title} cannot be read: {reason}", title=title, reason=reason)
            self._unreadable.addWidget(NoticeBox(text, "error"))
        if item is None:
            self._say_nothing()
            self.pages.setCurrentWidget(self.nothing)
            return
        self.pages.setCurrentWidget(self.detail)
        self.head.refresh()
        finding = model.finding
        series = item.entry.series_key
        if finding is not None and finding.heat_map and series and series != self._volume_of:
            self._volume, self._volume_of = None, series
            self.imagesWanted.emit(series)
        volume = self._volume if series == self._volume_of else None
        self.evidence.show_choice(item, finding, volume)

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
        self._all.setVisible(bool(model.items) and not model.shown)

    # ---- acting ---------------------------------------------------------------------------------------
    def _decide(self, what: str) -> None:
        one = self.head.accept if what == "accept" else self.head.reject
        if one.isVisible() and one.isEnabled():
            one.click()

    def _open_image(self, place: int) -> None:
        if self._model.item is not None:
            self.imageRequested.emit(self._model.item.entry.series_key, place)

    def _open_card(self) -> None:
        if self._model.item is not None:
            self.cardRequested.emit(str(self._model.item.report.get("card", "")))
