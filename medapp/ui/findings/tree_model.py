"""The lines of the list for Qt's view: thousands at once, none made before it is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont

from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.ui.findings.model import Choice
    from medapp.ui.findings.tree import Node

Index = QModelIndex | QPersistentModelIndex
ROOT: Final = QModelIndex()
TITLE, VALUE, STATUS = range(3)
NODE: Final = Qt.ItemDataRole.UserRole
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ALIGN: Final = (_LEFT, _RIGHT, _LEFT)
"""Of each column; made once, for it is asked of every cell in every painting."""


class TreeModel(QAbstractItemModel):
    """Three columns: what, what it says, what was decided."""

    def __init__(self, font: QFont, parent: QObject | None = None) -> None:
        """Start empty; `font` is that of the view."""
        super().__init__(parent)
        self._roots: tuple[Node, ...] = ()
        self._nodes: list[Node] = []
        self._above: list[tuple[int, int]] = []
        """Number of the parent, -1 for none, and the row below it; by number of a node."""
        self._numbers: dict[int, int] = {}
        self._by_choice: dict[Choice, Node] = {}
        self._strong = QFont(font)
        self._strong.setWeight(QFont.Weight.DemiBold)

    def set_nodes(self, roots: tuple[Node, ...]) -> None:
        """Show other lines."""
        self.beginResetModel()
        self._roots = roots
        self._nodes, self._above, self._numbers, self._by_choice = [], [], {}, {}
        self._note(-1, roots)
        self.endResetModel()

    def _note(self, parent: int, children: tuple[Node, ...]) -> None:
        for row, one in enumerate(children):
            number = self._numbers[id(one)] = len(self._nodes)
            self._nodes.append(one)
            self._above.append((parent, row))
            self._by_choice[one.choice] = one
            self._note(number, one.children)

    @property
    def folding(self) -> list[Node]:
        """Lines that have others below them."""
        return [one for one in self._by_choice.values() if one.children]

    def index_of(self, choice: Choice) -> QModelIndex:
        """The line of what is chosen; none where it is not shown."""
        found = self._by_choice.get(choice)
        return QModelIndex() if found is None else self._index(found)

    def node(self, index: Index) -> Node | None:
        """What a line shows."""
        # Indexes hold numbers and no pointers: one that has outlived a reset must not lead to what is gone.
        at = index.internalId() if index.isValid() else -1
        return self._nodes[at] if 0 <= at < len(self._nodes) else None

    def _index(self, node: Node, column: int = TITLE) -> QModelIndex:
        number = self._numbers[id(node)]
        return self.createIndex(self._above[number][1], column, number)

    # ---- Qt -------------------------------------------------------------------------------------------
    def index(self, row: int, column: int, parent: Index = ROOT) -> QModelIndex:
        """The line at a place below another."""
        above = self.node(parent)
        children = self._roots if above is None else above.children
        if not 0 <= row < len(children):
            return QModelIndex()
        return self.createIndex(row, column, self._numbers[id(children[row])])

    def parent(self, index: Index = ROOT) -> QModelIndex:  # type: ignore[override]
        """The line above."""
        node = self.node(index)
        above = -1 if node is None else self._above[self._numbers[id(node)]][0]
        return QModelIndex() if above < 0 else self._index(self._nodes[above])

    def rowCount(self, parent: Index = ROOT) -> int:
        """Lines below another."""
        if parent.column() > TITLE:
            return 0
        above = self.node(parent)
        return len(self._roots if above is None else above.children)

    def columnCount(self, parent: Index = ROOT) -> int:
        """Always three."""
        del parent
        return STATUS + 1

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401 - Qt's
        """Titles of the columns, aligned as what is below them."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (tr("Finding"), tr("Answer"), tr("Decision"))[section]
        return _ALIGN[section] if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's
        """Text, tool tip, alignment and look of a cell."""
        node = self.node(index)
        if node is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return (node.title, node.value, node.status)[index.column()]
            case Qt.ItemDataRole.ToolTipRole:
                return node.tip
            case Qt.ItemDataRole.TextAlignmentRole:
                return _ALIGN[index.column()]
            case Qt.ItemDataRole.FontRole:
                return self._strong if node.strong and index.column() == TITLE else None
            case Qt.ItemDataRole.ForegroundRole:
                return _color(node) if index.column() == STATUS else None
            case _:
                return node if role == NODE else None


def _color(node: Node) -> QColor:
    look = tokens.current()
    return QColor({"success": look.success, "error": look.error}.get(node.state, look.text_dim))
