"""Settings of tables: where those of medicines and genes lie, and taking over those of a clinic."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from medapp.ui.shell.widgets import CopyLabel, button, column, empty, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.services.medicine_tables import Kind, TablesPlace
    from medapp.ui.shell.session import Session


def kind_title(kind: Kind) -> str:
    """What tables of a kind are of."""
    return {"drugs": tr("Medicines and their interactions"), "genes": tr("Genes that act on medicines")}[kind]


class TablesModel(QObject):
    """Looks for tables and copies them off the GUI thread."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        """Look in the folders of `session`."""
        super().__init__(parent)
        self._session = session
        self.places: tuple[TablesPlace, ...] = ()
        self.said = ""
        self.failed = False
        self.reload()

    def reload(self) -> None:
        """Look anew."""
        data = self._session.app.paths.data

        def work() -> tuple[TablesPlace, ...]:
            from medapp.services.medicine_tables import places_of_tables

            return places_of_tables(data)

        def done(found: tuple[TablesPlace, ...]) -> None:
            self.places = found
            self.changed.emit()

        self._session.background.run(work, done, self._session.fail)

    def take(self, folder: Path) -> None:
        """Copy the tables of a folder; what is checked with them is checked anew."""
        data = self._session.app.paths.data

        def work() -> tuple[Kind, ...]:
            from medapp.services.medicine_tables import take_tables

            return take_tables(folder, data)

        def done(kinds: tuple[Kind, ...]) -> None:
            names = ", ".join(kind_title(kind) for kind in kinds)
            self.said, self.failed = tr("Taken over: {names}.", names=names), False
            self.reload()
            self._session.libraryChanged.emit()

        def failed(error: Exception) -> None:
            self.said = getattr(error, "reason", "") or str(error)
            self.failed = True
            self.changed.emit()

        self._session.background.run(work, done, failed)


class TablesPage(QWidget):
    """A tab of the settings."""

    def __init__(self, session: Session) -> None:
        """Show where tables are."""
        super().__init__()
        look = tokens.current()
        self.model = TablesModel(session, self)
        self._list = column(gap=look.gap)
        self.take = button(tr("Take over from a folder…"), self.ask, name="folder-open-outline", primary=True)
        self.said = text_label("", wrap=True, selectable=True)
        line = row()
        line.addWidget(self.take)
        line.addStretch()
        inner = column(margin=look.gap, gap=look.gap)
        explained = tr(
            "Published tables have licences of their own and are not part of the program. What is not "
            "installed is not checked, and every check says so. A folder that you name here is copied to "
            "where the program looks for it."
        )
        inner.addWidget(text_label(explained, "dim", wrap=True))
        inner.addLayout(self._list)
        inner.addLayout(line)
        inner.addWidget(self.said)
        inner.addStretch()
        self.setLayout(inner)
        self.model.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Show what was found."""
        empty(self._list)
        for one in self.model.places:
            self._list.addWidget(text_label(kind_title(one.kind), "heading"))
            found = tr("Not installed") if one.found is None else tr("Used: {folder}", folder=one.found)
            label = CopyLabel(found)
            label.setProperty("state", "warning" if one.found is None else "success")
            self._list.addWidget(label)
            self._list.addWidget(CopyLabel(tr("Looked for in {folder}", folder=one.place), "dim"))
        self.said.setText(self.model.said)
        self.said.setProperty("state", "error" if self.model.failed else "success")
        self.said.style().polish(self.said)

    def ask(self) -> None:
        """Ask for a folder and take its tables over."""
        name = QFileDialog.getExistingDirectory(self, tr("Folder with tables"))
        if name:
            self.model.take(Path(name))
