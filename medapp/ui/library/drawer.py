"""The library over the left side of the window: search, import, browse."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QMenu, QStackedWidget, QWidget

from medapp.ui.library.nothing import NothingFound
from medapp.ui.library.rejected import RejectedDialog
from medapp.ui.library.tree import LibraryTree
from medapp.ui.shell.search_line import SearchLine, enter
from medapp.ui.shell.waiting_words import unreadable_words
from medapp.ui.shell.widgets import button, column, icon_button, row, text_label
from medapp.ui.style import tokens
from medapp.ui.style.icons import icon
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QHideEvent, QKeyEvent
    from PySide6.QtWidgets import QHBoxLayout, QPushButton

    from medapp.ui.library.model import LibraryModel

_RECENT = 12


class LibraryDrawer(QFrame):
    """Opens over the workspace and closes again."""

    importRequested = Signal(list)
    sampleRequested = Signal()
    closeRequested = Signal()
    seriesChosen = Signal(str)
    personChosen = Signal(str)
    questionsRequested = Signal()
    askRequested = Signal(str)
    """A question over the whole library; empty for one that is still to be written."""

    def __init__(self, model: LibraryModel, parent: QWidget | None = None) -> None:
        """Show `model`."""
        super().__init__(parent)
        look = tokens.current()
        self.setObjectName("drawer")
        self.model = model
        self.search = self._search_box()
        self.tree = LibraryTree(model)
        self.tree.seriesChosen.connect(self.seriesChosen)
        self.tree.personChosen.connect(self.personChosen)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.tree)
        self._empty = self._empty_page()
        self._pages.addWidget(self._empty)
        self.nothing = NothingFound()
        self.nothing.askRequested.connect(self._ask)
        self._searching = text_label("", "dim", wrap=True)
        self._searching.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self._pages.addWidget(self.nothing)
        self._pages.addWidget(self._searching)
        self._rejected = _foot_button("file-alert-outline", self.show_rejected)
        self.questions_button = _foot_button("help-circle-outline", self.questionsRequested.emit)
        inner = column(gap=look.gap_small)
        inner.setContentsMargins(look.gap, look.gap_small, look.gap, look.gap_small)
        inner.addLayout(self._head())
        inner.addWidget(self.search)
        inner.addLayout(self._import_buttons())
        inner.addLayout(self._ask_button())
        inner.addWidget(self._pages, 1)
        inner.addWidget(self.questions_button)
        inner.addWidget(self._rejected)
        self.setLayout(inner)
        model.patientsChanged.connect(self.refresh)
        model.queryChanged.connect(self.refresh)
        model.rejectedChanged.connect(self._show_count)
        model.recentChanged.connect(self._fill_recent)
        self.refresh()
        self._show_count()
        self._fill_recent()

    def refresh(self) -> None:
        """Show the tree, or what to do when there is nothing to show.

        Patients of another search than the one in the box are not shown: they would be taken for its own.
        """
        if self.model.loaded and not self.model.is_current:
            self._searching.setText(self.model.summary())
            self._pages.setCurrentWidget(self._searching)
        elif self.model.patients or not self.model.loaded:
            self._pages.setCurrentWidget(self.tree)
        else:
            self.nothing.set_text(self.model.query)
            self._pages.setCurrentWidget(self.nothing if self.model.query else self._empty)

    def focus_search(self) -> None:
        """Write into the search box."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def show_rejected(self) -> None:
        """List the files that could not be read."""
        RejectedDialog(self.model.rejected, self.window()).open()

    def open_chosen(self, focus: str) -> None:
        """Open whoever is chosen here; nothing where nobody is, or who is in `focus` already."""
        chosen = self.tree.chosen_patient
        if chosen and chosen != focus:
            self.personChosen.emit(chosen)

    def hideEvent(self, event: QHideEvent) -> None:
        """Whoever was chosen is so no more: who is in focus may change while nobody sees this."""
        super().hideEvent(event)
        self.tree.clearSelection()

    def set_questions(self, words: str) -> None:
        """Say how many questions wait; nothing for none."""
        self.questions_button.setText(f" {words}")
        self.questions_button.setAccessibleName(words)
        self.questions_button.setVisible(bool(words))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes the drawer."""
        if event.key() == Qt.Key.Key_Escape:
            self.closeRequested.emit()
        else:
            super().keyPressEvent(event)

    # ---- parts ----------------------------------------------------------------------------------------
    def _head(self) -> QHBoxLayout:
        head = row()
        head.addWidget(text_label(tr("Library"), "heading"))
        head.addStretch()
        head.addWidget(icon_button("chevron-double-left", tr("Close the library"), self.closeRequested.emit))
        return head

    def _search_box(self) -> SearchLine:
        box = SearchLine()
        box.setPlaceholderText(tr("Find patients by name, number, study or date"))
        box.setToolTip(
            tr(
                "All words must be found: in name, number and birth date of a patient, or in date, accession "
                "number, description, modality and body part of their studies and series."
            )
        )
        box.setClearButtonEnabled(True)
        box.setAccessibleName(tr("Search the library"))
        box.addAction(icon("magnify"), SearchLine.ActionPosition.LeadingPosition)
        box.setText(self.model.query)
        box.textChanged.connect(self.model.set_query)
        box.wentDown.connect(self._go_down)
        box.returnPressed.connect(self._open_first)
        return box

    def _open_first(self) -> None:
        """Go on with what was found; what is not the answer to the box yet is not opened."""
        if self.model.is_current and self._pages.currentWidget() is self.tree:
            self.tree.open_first()

    def _go_down(self) -> None:
        shown = self._pages.currentWidget()
        if shown is self.tree:
            enter(self.tree)
        elif shown is self.nothing:
            self.nothing.ask_button.setFocus(Qt.FocusReason.TabFocusReason)

    def _ask_button(self) -> QHBoxLayout:
        line = row()
        self.ask_button = button(
            tr("Ask the library…"),
            lambda: self._ask(""),
            name="account-search-outline",
            tip=tr("Who has what: by age, images, measurements, medicines, problems (Ctrl+Shift+K)"),
        )
        line.addWidget(self.ask_button)
        line.addStretch()
        return line

    def _ask(self, text: str) -> None:
        self.closeRequested.emit()
        self.askRequested.emit(text)

    def _import_buttons(self) -> QHBoxLayout:
        line = row()
        line.addWidget(button(tr("Folder…"), self.ask_folder, name="folder-open-outline"))
        line.addWidget(
            button(
                tr("Files…"),
                self.ask_files,
                name="file-multiple-outline",
                tip=tr("Images, zip archives, DICOMDIR, NIfTI, NRRD"),
            )
        )
        self._recent = button(tr("Recent"), self._show_recent, name="history")
        self._recent_menu = QMenu(self._recent)
        self._recent.setEnabled(False)
        line.addWidget(self._recent)
        line.addStretch()
        return line

    def _empty_page(self) -> QWidget:
        page = QWidget()
        inner = column(gap=tokens.current().gap)
        inner.addStretch(1)
        text = text_label(tr("The library is empty."), "heading")
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        inner.addWidget(text)
        hint = text_label(
            tr("Drop a folder, files or a zip onto the window, or start with a made-up patient."),
            "dim",
            wrap=True,
        )
        hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        inner.addWidget(hint)
        middle = row()
        middle.addStretch()
        middle.addWidget(button(tr("Open the sample patient"), self.sampleRequested.emit, primary=True))
        middle.addStretch()
        inner.addLayout(middle)
        inner.addStretch(2)
        page.setLayout(inner)
        return page

    # ---- asking ---------------------------------------------------------------------------------------
    def ask_folder(self) -> None:
        """Ask for a folder to import."""
        name = QFileDialog.getExistingDirectory(self.window(), tr("Import a folder"))
        if name:
            self.importRequested.emit([Path(name)])

    def ask_files(self) -> None:
        """Ask for files to import."""
        kinds = ";;".join(
            (
                tr("Everything (*)"),
                tr("Zip archives (*.zip)"),
                tr("DICOM (*.dcm *.dicom *.ima DICOMDIR)"),
                tr("Volumes (*.nii *.nii.gz *.nrrd *.nhdr)"),
            )
        )
        names, _ = QFileDialog.getOpenFileNames(self.window(), tr("Import files"), "", kinds)
        if names:
            self.importRequested.emit([Path(name) for name in names])

    def _show_recent(self) -> None:
        self._recent_menu.popup(self._recent.mapToGlobal(self._recent.rect().bottomLeft()))

    def _fill_recent(self) -> None:
        self._recent_menu.clear()
        for path in self.model.recent[:_RECENT]:
            action = self._recent_menu.addAction(path.name or str(path))
            action.setToolTip(str(path))
            action.triggered.connect(lambda _=False, path=path: self.importRequested.emit([path]))
        self._recent.setEnabled(bool(self.model.recent))

    def _show_count(self) -> None:
        count = len(self.model.rejected)
        self._rejected.setVisible(count > 0)
        # The style sheet knows no distance between icon and text.
        self._rejected.setText(f" {unreadable_words(count)}")


def _foot_button(name: str, pressed: Callable[[], object]) -> QPushButton:
    """Hidden until there is something to tell."""
    result = button("", pressed, name=name)
    result.setProperty("flat", True)
    result.hide()
    return result
