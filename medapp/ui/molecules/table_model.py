"""The molecules for Qt's table: rows are appended while they arrive, sorted and filtered by the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from medapp.ui.molecules.choosing import NAME, NUMBER, SMILES, TEXTS
from medapp.ui.molecules.words import FIRST, FULFILLED, column_title, number, short_title
from medapp.ui.record.table_model import align
from medapp.ui.record.words import tip
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.ui.molecules.model import MoleculesModel

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
_COLUMNS = "columns"


def head_of(title: str) -> str:
    """A title over two lines where it has several words: numbers are narrower than what they are called."""
    first, _, rest = title.partition(" ")
    return f"{first}\n{rest}" if rest else title


class MoleculesTable(QAbstractTableModel):
    """Columns are those that the user has chosen, or the first of what there is."""

    def __init__(self, model: MoleculesModel) -> None:
        """Show `model`."""
        super().__init__(model)
        self._model = model
        self._shown: NDArray[np.int64] = np.zeros(0, np.int64)
        self.columns: tuple[str, ...] = TEXTS
        model.shownChanged.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what there is now; rows that come behind those that are there move nothing."""
        shown, columns = self._model.shown, self._wanted()
        known = len(self._shown)
        if columns == self.columns and len(shown) >= known and np.array_equal(shown[:known], self._shown):
            if len(shown) > known:
                self.beginInsertRows(ROOT, known, len(shown) - 1)
                self._shown = shown
                self.endInsertRows()
            if known:
                self.dataChanged.emit(self.index(0, 0), self.index(known - 1, len(columns) - 1))
            return
        self.beginResetModel()
        self._shown, self.columns = shown, columns
        self.endResetModel()

    def _wanted(self) -> tuple[str, ...]:
        there = self._model.molecules.columns
        chosen = self._model.look(_COLUMNS)
        first = [*FIRST, *(one for one in there if one.startswith(FULFILLED))]
        wanted = chosen if isinstance(chosen, list) else first
        return (*TEXTS, *(one for one in wanted if one in there))

    def set_shown(self, column: str, *, wanted: bool) -> None:
        """Show a column, or not."""
        now = [one for one in self.columns if one not in TEXTS and one != column]
        self._model.keep_look(_COLUMNS, [*now, column] if wanted else now)
        self.refresh()

    def place_at(self, line: int) -> int:
        """The molecule of a line; -1 where there is none."""
        return int(self._shown[line]) if 0 <= line < len(self._shown) else -1

    def line_of(self, place: int) -> int:
        """The line of a molecule; -1 where it is not shown."""
        lines = np.flatnonzero(self._shown == place)
        return int(lines[0]) if len(lines) else -1

    # ---- Qt -------------------------------------------------------------------------------------------
    def rowCount(self, parent: Index = ROOT) -> int:
        """Molecules that are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = ROOT) -> int:
        """Columns that are shown."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401 - Qt's
        """Titles of the columns."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column, molecules = self.columns[section], self._model.molecules
        if role == Qt.ItemDataRole.DisplayRole:
            return head_of(short_title(molecules, column))
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(column_title(molecules, column))
        return align(column not in {NAME, SMILES}) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's
        """Text, tool tip, alignment and colour of a cell."""
        place = self.place_at(index.row())
        if place < 0 or index.column() >= len(self.columns):
            return None
        column = self.columns[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(place, column)
            case Qt.ItemDataRole.ToolTipRole:
                return tip(self._tip(place))
            case Qt.ItemDataRole.TextAlignmentRole:
                return align(column not in {NAME, SMILES})
            case Qt.ItemDataRole.ForegroundRole:
                return self._color(place, column)
        return None

    def _text(self, place: int, column: str) -> str:
        molecules = self._model.molecules
        if column == NUMBER:
            return str(place + 1)
        if column == NAME:
            return molecules.names[place]
        if column == SMILES:
            reason = molecules.refused[place]
            return tr("Refused: {reason}", reason=reason) if reason else molecules.structure(place)
        return number(molecules.value(column, place))

    def _tip(self, place: int) -> str:
        molecules = self._model.molecules
        given, shown = molecules.given[place], molecules.structure(place)
        said = tr("Given as {given}", given=given) if given and given != shown else ""
        parts = (molecules.names[place], shown, molecules.refused[place], said)
        return "\n".join(part for part in parts if part)

    def _color(self, place: int, column: str) -> QColor | None:
        look = tokens.current()
        if self._model.molecules.refused[place]:
            return QColor(look.error if column == SMILES else look.text_faint)
        return QColor(look.text_dim) if column in {NUMBER, SMILES} else None
