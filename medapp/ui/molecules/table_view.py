"""The table of molecules: a click on a head sorts, its menu chooses columns."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QFontMetrics, QPainter
from PySide6.QtWidgets import QAbstractItemView, QMenu, QTableView

from medapp.ui.molecules.choosing import NAME, NUMBER, SMILES, TEXTS
from medapp.ui.molecules.table_model import MoleculesTable
from medapp.ui.molecules.telling import nothing_yet
from medapp.ui.molecules.words import column_title
from medapp.ui.record.cell_delegate import lay_out_lines
from medapp.ui.style import tokens
from medapp.ui.style.sheet import tabular
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QAction, QPaintEvent, QResizeEvent

    from medapp.ui.molecules.listing import ListingModel
    from medapp.ui.molecules.model import MoleculesModel

_MARGINS = 6 * tokens.GRID
_WIDTHS = {NUMBER: 5, NAME: 15, SMILES: 22}
"""Letters of the columns of text; that of SMILES and of reasons takes the room that is left besides."""
_NUMBER = 6


class MoleculesView(QTableView):
    """Chooses a molecule by mouse and arrow keys."""

    def __init__(self, model: MoleculesModel, listing: ListingModel) -> None:
        """Show `model`."""
        super().__init__()
        self._model, self._listing = model, listing
        self.table = MoleculesTable(model)
        self._restoring = self._sizing = self._is_set_by_hand = False
        self._followed, self._choice, self._scrolled = -1, model.choice, 0
        self._sized: tuple[str, ...] = ()
        self._row_actions: tuple[QAction, ...] = ()
        lay_out_lines(self, tr("Molecules"), tabular(self.font()))
        self.setModel(self.table)
        self._set_up_head()
        self.table.modelAboutToBeReset.connect(self._before_reset)
        self.table.modelReset.connect(self._after_reset)
        self.table.rowsInserted.connect(lambda *_: self._restore())
        self.selectionModel().currentRowChanged.connect(self._moved)
        model.chosenChanged.connect(self._restore)
        listing.changed.connect(self.viewport().update)
        model.projectChanged.connect(self.viewport().update)
        self._after_reset()

    def _set_up_head(self) -> None:
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.sectionClicked.connect(self.sort_by)
        header.sectionResized.connect(self._note_width)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._ask_columns)

    # ---- order and columns ----------------------------------------------------------------------------
    def sort_by(self, section: int) -> None:
        """Smallest first, then largest first, then as in the file."""
        from dataclasses import replace

        column, choice = self.table.columns[section], self._model.choice
        if choice.by != column:
            choice = replace(choice, by=column, falling=False)
        elif not choice.falling:
            choice = replace(choice, falling=True)
        else:
            choice = replace(choice, by="", falling=False)
        self._model.set_choice(choice)
        self._choice = choice
        self._show_order()
        self.scrollToTop()

    def _show_order(self) -> None:
        choice, columns = self._model.choice, self.table.columns
        at = columns.index(choice.by) if choice.by in columns else -1
        order = Qt.SortOrder.DescendingOrder if choice.falling else Qt.SortOrder.AscendingOrder
        self.horizontalHeader().setSortIndicator(at, order)

    def column_menu(self) -> QMenu:
        """All columns that there are, to show and to hide."""
        menu = QMenu(self)
        molecules = self._model.molecules
        for column in molecules.columns:
            action = menu.addAction(column_title(molecules, column))
            action.setCheckable(True)
            action.setChecked(column in self.table.columns)
            action.toggled.connect(partial(self._set_column, column))
        if menu.isEmpty():
            menu.addAction(tr("There are no values yet")).setEnabled(False)
        return menu

    def _set_column(self, column: str, wanted: bool) -> None:
        self.table.set_shown(column, wanted=wanted)

    def _ask_columns(self, point: QPoint) -> None:
        self.column_menu().popup(self.horizontalHeader().mapToGlobal(point))

    # ---- what can be done with a row ------------------------------------------------------------------
    def set_row_actions(self, actions: Sequence[QAction]) -> None:
        """Offer these in the menu of a row; they are about the chosen molecule."""
        self._row_actions = tuple(actions)

    def row_menu(self) -> QMenu:
        """What can be done with the chosen molecule."""
        menu = QMenu(self)
        menu.addActions(list(self._row_actions))
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Of the row that was clicked, which is the chosen one then; by its key, of the chosen one."""
        index = self.currentIndex()
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            index = self.indexAt(event.pos())
        if not index.isValid():
            return
        self.selectRow(index.row())
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        place = (
            self.viewport().mapToGlobal(self.visualRect(index).bottomLeft()) if by_key else event.globalPos()
        )
        self.row_menu().popup(place)

    # ---- where there is nothing -----------------------------------------------------------------------
    @property
    def nothing(self) -> str:
        """Said in place of rows; empty where there are some."""
        if self.table.rowCount():
            return ""
        if len(self._model.molecules):
            return tr("No molecule fits what is asked for above.")
        said = nothing_yet(self._model)
        if said:
            return said
        if self._listing.is_busy:
            return tr("Reading the molecules…")
        return tr("There are none yet. Run a task at the left; rows appear here while they are made.")

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, or why there are none."""
        super().paintEvent(event)
        said = self.nothing
        if said:
            painter = QPainter(self.viewport())
            painter.setPen(QColor(tokens.current().text_dim))
            margin = tokens.current().gap_huge
            place = self.viewport().rect().adjusted(margin, margin, -margin, -margin)
            painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap, said)

    # ---- what is chosen -------------------------------------------------------------------------------
    def _moved(self, index: QModelIndex, _: QModelIndex) -> None:
        if not self._restoring and index.isValid():
            self._model.choose(self.table.place_at(index.row()))

    def _before_reset(self) -> None:
        self._scrolled = self.verticalScrollBar().value()

    def _after_reset(self) -> None:
        if self.table.columns != self._sized:
            self._sized, self._is_set_by_hand = self.table.columns, False
            self._size_columns()
        self._show_order()
        before, now = self._choice, self._model.choice
        self._choice = now
        if before == now:
            # Rows have come or are known better: what somebody looks at stays where it is.
            self._restore()
            self.executeDelayedItemsLayout()
            self.verticalScrollBar().setValue(self._scrolled)
        elif (before.by, before.falling) != (now.by, now.falling):
            self._restore()
            self.scrollToTop()
        else:
            self._followed = -1
            self._restore()

    def _restore(self) -> None:
        """Mark the line of what is chosen; where another is, it is brought into view."""
        chosen = self._model.chosen
        line = self.table.line_of(chosen)
        if line != self.currentIndex().row() or line < 0:
            self._mark(line)
        if line >= 0 and chosen != self._followed:
            across = self.horizontalScrollBar().value()
            self.scrollTo(self.table.index(line, 0), QAbstractItemView.ScrollHint.EnsureVisible)
            self.horizontalScrollBar().setValue(across)
            self._followed = chosen

    def _mark(self, line: int) -> None:
        """Select a line where it lies; Qt would bring it into view."""
        self._restoring = True
        self.setAutoScroll(False)
        if line < 0:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        else:
            self.selectRow(line)
        self.setAutoScroll(True)
        self._restoring = False

    def _size_columns(self) -> None:
        letter = QFontMetrics(self.font()).horizontalAdvance("0")
        head = QFontMetrics(self.horizontalHeader().font())
        for at, column in enumerate(self.table.columns):
            title = str(self.table.headerData(at, Qt.Orientation.Horizontal))
            wide = _WIDTHS[column] if column in TEXTS else _NUMBER
            longest = max(head.horizontalAdvance(part) for part in title.split("\n"))
            words = longest + _MARGINS if column not in TEXTS else 0
            self._set_width(at, max(wide * letter + _MARGINS, words))
        self._take_room()

    def _set_width(self, at: int, width: int) -> None:
        self._sizing = True
        self.setColumnWidth(at, width)
        self._sizing = False

    def _note_width(self, at: int, _before: int, _now: int) -> None:
        """A column that somebody has drawn wider or narrower stays so; another one gives room or takes it."""
        if self._sizing:
            return
        if at == self.table.columns.index(SMILES):
            self._is_set_by_hand = True
        else:
            self._take_room()

    def _take_room(self) -> None:
        """Give SMILES the room that the other columns leave."""
        if self._is_set_by_hand:
            return
        at = self.table.columns.index(SMILES)
        letter = QFontMetrics(self.font()).horizontalAdvance("0")
        others = sum(self.columnWidth(one) for one in range(len(self.table.columns)) if one != at)
        least = _WIDTHS[SMILES] * letter + _MARGINS
        self._set_width(at, max(least, self.viewport().width() - others))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width leaves other room."""
        super().resizeEvent(event)
        self._take_room()
