"""Files that could not be read, each with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHeaderView, QTableView, QWidget

from medapp.ui.shell.widgets import button, column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.domain.patient import Rejected

_NOWHERE = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class RejectedTable(QAbstractTableModel):
    """One row a file: name, reason, folder."""

    def __init__(self, files: Sequence[Rejected]) -> None:
        """Hold the files."""
        super().__init__()
        self._files = tuple(files)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Number of files."""
        return 0 if parent.isValid() else len(self._files)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Name, reason, folder."""
        return 0 if parent.isValid() else 3

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401 - as Qt has it
        """Titles."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return (tr("File"), tr("Reason"), tr("Folder"))[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - as Qt has it
        """Texts; the tool tip has the whole path."""
        file = self._files[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (file.path.name, file.reason, str(file.path.parent))[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{file.path}\n{file.code}: {file.reason}"
        return None

    def as_text(self) -> str:
        """Lines of path, word and reason, with tabs between, for a spreadsheet."""
        return "\n".join(f"{file.path}\t{file.code}\t{file.reason}" for file in self._files)


class RejectedDialog(QDialog):
    """The list, to read and to copy."""

    def __init__(self, files: Sequence[Rejected], parent: QWidget | None = None) -> None:
        """Show `files`."""
        super().__init__(parent)
        look = tokens.current()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Files that could not be read"))
        self.resize(220 * tokens.GRID, 120 * tokens.GRID)
        self._rows = RejectedTable(files)
        table = QTableView()
        table.setModel(self._rows)
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.resizeSection(0, 48 * tokens.GRID)
        header.resizeSection(1, 96 * tokens.GRID)
        inner = column(margin=look.gap_large, gap=look.gap)
        inner.addWidget(
            text_label(tr("Everything else was taken in. These files were left where they are."), "dim")
        )
        inner.addWidget(table, 1)
        buttons = row()
        buttons.addWidget(button(tr("Copy the list"), self.copy, name="content-copy"))
        buttons.addStretch()
        buttons.addWidget(button(tr("Close"), self.close, primary=True))
        inner.addLayout(buttons)
        self.setLayout(inner)

    def copy(self) -> None:
        """Put the list into the clipboard."""
        QGuiApplication.clipboard().setText(self._rows.as_text())
