"""The tab of data quality: what was found by kind and variable, the rule for it, and where it was found."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QSplitter, QStackedLayout, QWidget

from medapp.knowledge.quality import ALLOWED
from medapp.ui.record.quality_table import RULE, Target, cases_table, places_table
from medapp.ui.record.quality_words import ORDER, action_tip, action_words, kind_words
from medapp.ui.record.table_page import TablePage
from medapp.ui.record.tables import Table
from medapp.ui.shell.widgets import ElidedLabel, NoticeBox, button, column, empty, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex
    from PySide6.QtGui import QShowEvent

    from medapp.knowledge.quality import Action, Place
    from medapp.ui.record.quality_model import QualityModel
    from medapp.ui.record.tables import Row

_SHARES = (240, 160)


class QualityPage(QWidget):
    """Shows a `QualityModel`; looks through the record when it is first seen.

    Signals:
        rowSelected: A `Row` with the entry that was found, of the patient in focus.
        counted: How many findings there are in this record; -1 while it is not known.
    """

    rowSelected = Signal(object)
    counted = Signal(int)

    def __init__(self) -> None:
        """Start without a model, see `set_model`."""
        super().__init__()
        self.model: QualityModel | None = None
        self.target: Target | None = None
        self.cases = TablePage(tr("Findings"), tr("Nothing was found."), slim=True)
        self.places = TablePage(tr("Places"), tr("Select a line to see where it was found."), slim=True)
        self.summary = ElidedLabel("", "dim")
        self.library_button = button(tr("Whole library"), self._other_scope, name="database-search-outline")
        self.again_button = button(tr("Look again"), self._look_again, name="refresh")
        self.accept_button = button(tr("Use the proposed rules"), self._accept, primary=True)
        self.import_button = button(tr("Import rules…"), self.ask_for_import, name="file-import-outline")
        self.export_button = button(tr("Export rules…"), self.ask_for_export, name="file-export-outline")
        self.open_button = button(tr("Open this patient"), self._open, name="account-arrow-right-outline")
        self.notices = column(gap=0)
        self.waiting = text_label("", "dim", wrap=True)
        self._lay_out()
        self.cases.view.setSortingEnabled(False)
        self.cases.rowSelected.connect(self._chosen)
        self.cases.view.clicked.connect(self._clicked)
        self.cases.rowOpened.connect(self._choose_rule)
        self.places.rowSelected.connect(self._place_chosen)
        self.places.rowOpened.connect(lambda _: self._open())

    # ---- what the shell calls -------------------------------------------------------------------------
    def set_model(self, model: QualityModel) -> None:
        """Show this one."""
        self.model = model
        model.changed.connect(self._show)
        model.rulesChanged.connect(self._rules_changed)
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """Look through what is in view: nobody has to wait for it before."""
        super().showEvent(event)
        if self.model is not None:
            self.model.look()

    def ask_for_import(self) -> None:
        """Ask for a file of rules."""
        name, _ = QFileDialog.getOpenFileName(self.window(), tr("Import rules"), "", _files())
        if name and self.model is not None:
            self.model.import_rules(Path(name))

    def ask_for_export(self) -> None:
        """Ask where to write the rules."""
        name, _ = QFileDialog.getSaveFileName(
            self.window(), tr("Export rules"), "quality_rules.json", _files()
        )
        if name and self.model is not None:
            self.model.export_rules(Path(name))

    def menu_for(self, target: Target) -> QMenu:
        """The rules that make sense for a kind or a variable, the one that holds checked."""
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        if self.model is None:
            return menu
        choices, kind, variable = self.model.choices, target.kind, target.variable
        own = next((one for one in choices.chosen if (one.kind, one.variable) == (kind, variable)), None)
        back = tr("As for all: {kind}", kind=kind_words(kind)) if variable else tr("As proposed")
        entries: list[tuple[Action | None, str, str]] = [(None, back, "")]
        entries += [
            (one, action_words(one, kind=kind), action_tip(one)) for one in ORDER if one in ALLOWED[kind]
        ]
        for action, words, told in entries:
            entry = menu.addAction(words, partial(self.model.choose, kind, variable, action))
            entry.setToolTip(told)
            entry.setCheckable(True)
            entry.setChecked(action == (own.action if own is not None else None))
        return menu

    # ---- what changes ---------------------------------------------------------------------------------
    def _show(self) -> None:
        model = self.model
        if model is None:
            return
        cases = model.cases
        self.library_button.setText(
            " " + (tr("This patient") if model.scope == "library" else tr("Whole library"))
        )
        self.target = None
        self.places.set_table(Table(()))
        if cases is None:
            self._say_waiting()
        else:
            self._stack.setCurrentIndex(0)
            self.cases.set_table(cases_table(cases, model.choices))
        if model.scope == "patient":
            self.counted.emit(-1 if cases is None else sum(cases.counts().values()))
        self._show_rules()
        if cases is None and self.isVisible():
            model.look()

    def _rules_changed(self) -> None:
        if self.model is not None and self.model.cases is not None:
            self.cases.model.refresh(cases_table(self.model.cases, self.model.choices))
        self._show_rules()

    def _show_rules(self) -> None:
        model = self.model
        if model is None:
            return
        cases = model.cases
        self.summary.set_full_text(_summary(model))
        self.accept_button.setVisible(model.can_accept)
        self.export_button.setEnabled(cases is not None)
        self.again_button.setVisible(model.scope == "library" and model.is_stale)
        self.open_button.setVisible(model.scope == "library" and cases is not None)
        self.open_button.setEnabled(self._place() is not None)
        empty(self.notices)
        if model.problem:
            told = tr("The rules that were kept cannot be used: {reason}", reason=model.problem)
            self.notices.addWidget(NoticeBox(told))

    def _say_waiting(self) -> None:
        if self.model is not None and self.model.scope == "library":
            self._say(tr("Looking through the whole library; the bar below shows how far it is."))
        else:
            self._say(tr("Looking through the record."))

    def _say(self, text: str) -> None:
        self.waiting.setText(text)
        self._stack.setCurrentIndex(1)

    # ---- what the user does ---------------------------------------------------------------------------
    def _chosen(self, found: Row) -> None:
        if isinstance(found.item, Target) and self.model is not None:
            self.target = found.item
            names = self.model.names if self.model.scope == "library" else None
            self.places.set_table(places_table(found.item, names))
            self.open_button.setEnabled(False)

    def _clicked(self, index: QModelIndex) -> None:
        if index.column() == RULE:
            found = self.cases.model.row_at(index)
            if found is not None:
                self._choose_rule(found)

    def _choose_rule(self, found: Row) -> None:
        if not isinstance(found.item, Target) or not found.cells[RULE].text:
            return
        view = self.cases.view
        place = view.visualRect(self.cases.model.index(view.currentIndex().row(), RULE))
        menu = self.menu_for(found.item)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(view.viewport().mapToGlobal(place.bottomLeft()))

    def _place_chosen(self, found: Row) -> None:
        self.open_button.setEnabled(self._place() is not None)
        if found.entry is not None:
            self.rowSelected.emit(found)

    def _place(self) -> Place | None:
        found = self.places.model.row_at(self.places.view.currentIndex())
        return found.item if found is not None else None  # type: ignore[return-value]

    def _open(self) -> None:
        place = self._place()
        if place is not None and self.model is not None:
            self.model.open(place)

    def _other_scope(self) -> None:
        if self.model is not None:
            self.model.show("patient" if self.model.scope == "library" else "library")

    def _look_again(self) -> None:
        if self.model is not None:
            self.model.look_again()

    def _accept(self) -> None:
        if self.model is not None:
            self.model.accept_proposed()

    # ---- how it looks ---------------------------------------------------------------------------------
    def _lay_out(self) -> None:
        look = tokens.current()
        head = row(gap=look.gap_small)
        head.setContentsMargins(look.gap, look.gap_tiny, look.gap, look.gap_tiny)
        head.addWidget(self.summary, 1)
        for part in (self.accept_button, self.again_button, self.library_button):
            head.addWidget(part)
        foot = row(gap=look.gap_small)
        foot.setContentsMargins(look.gap, look.gap_tiny, look.gap, look.gap_tiny)
        told = tr("Rules hold for all patients and change what models learn from, never a record.")
        foot.addWidget(ElidedLabel(told, "faint"), 1)
        for part in (self.open_button, self.import_button, self.export_button):
            foot.addWidget(part)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.addWidget(self.cases)
        parts.addWidget(self.places)
        parts.setSizes(_SHARES)
        self._stack_holder = QWidget()
        self._stack = QStackedLayout(self._stack_holder)
        self._stack.addWidget(parts)
        blank = QWidget()
        inner = column(margin=look.gap_large)
        inner.addWidget(self.waiting)
        inner.addStretch(1)
        blank.setLayout(inner)
        self._stack.addWidget(blank)
        outer = column(gap=0)
        outer.addLayout(head)
        outer.addLayout(self.notices)
        outer.addWidget(self._stack_holder, 1)
        outer.addLayout(foot)
        self.setLayout(outer)


def _summary(model: QualityModel) -> str:
    cases = model.cases
    if cases is None:
        return ""
    whose = (
        tr("{count} patients of the library", count=_figure(cases.persons))
        if model.scope == "library"
        else tr("This patient")
    )
    found = tr("{count} findings", count=_figure(sum(cases.counts().values())))
    before, after = _figure(cases.entries), _figure(cases.left(model.choices.together))
    left = tr("entries before and after the rules: {before} → {after}", before=before, after=after)
    return f"{whose} · {found} · {left}"


def _figure(count: int) -> str:
    return f"{count:,}".replace(",", "\u2009")


def _files() -> str:
    return tr("Rules (*.json)")
