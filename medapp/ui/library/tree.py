"""Patients > studies > series, filled as far as it is unfolded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPixmap, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QTreeView

from medapp.ui.library.delegate import BOLD, PICTURE, SUBTITLE, RowDelegate
from medapp.ui.style import tokens
from medapp.ui.style.icons import icon
from medapp.ui.text import tr
from medapp.ui.wording import day, person_name, series_line, series_whole, sex

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from PySide6.QtGui import QKeyEvent

    from medapp.domain.patient import Series
    from medapp.library import PatientEntry, StudyEntry
    from medapp.ui.library.model import LibraryModel

_KIND = Qt.ItemDataRole.UserRole + 10
_KEY = Qt.ItemDataRole.UserRole + 11
_FILLED = Qt.ItemDataRole.UserRole + 12
_FEW = 3
"""So many patients are unfolded by themselves."""
_AT_ONCE = 80
"""Rows that are made at once."""
_NEAR = 3
"""Pages before the end at which more is shown."""


class LibraryTree(QTreeView):
    """A click on a series or a study opens it."""

    seriesChosen = Signal(str)
    studyChosen = Signal(str)
    personChosen = Signal(str)
    """Key of somebody of whom there is a record and no image, or of a patient whose row was entered."""

    def __init__(self, model: LibraryModel) -> None:
        """Show `model`."""
        super().__init__()
        look = tokens.current()
        self._library = model
        self._rows = QStandardItemModel(self)
        self._open: set[str] = set()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._grow)
        self.setModel(self._rows)
        self.setItemDelegate(RowDelegate(self))
        self.setHeaderHidden(True)
        self.setUniformRowHeights(False)
        self.setIndentation(look.gap_large)
        self.setIconSize(QSize(look.icon, look.icon))
        self.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QTreeView.ScrollMode.ScrollPerPixel)
        self.setExpandsOnDoubleClick(False)
        self.setAccessibleName(tr("Library"))
        self.expanded.connect(self._fill)
        self.collapsed.connect(lambda index: self._open.discard(index.data(_KEY)))
        self.clicked.connect(self._clicked)
        self.activated.connect(self._clicked)
        self.doubleClicked.connect(self._double_clicked)
        model.patientsChanged.connect(self.show_patients)
        model.patientsAdded.connect(self._grow)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        model.thumbnailReady.connect(self._picture_ready)
        self.show_patients()

    def show_patients(self) -> None:
        """Show the patients anew; what was unfolded stays so."""
        keep = set(self._open)
        at, shown = self.verticalScrollBar().value(), self._rows.rowCount()
        self._rows.clear()
        self._append(max(_AT_ONCE, shown if at else 0), keep)
        self.verticalScrollBar().setValue(at)

    def open_first(self) -> None:
        """Open the first row."""
        first = self._rows.index(0, 0)
        if first.isValid():
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            self.setCurrentIndex(first)
            self._enter(first)

    @property
    def chosen_patient(self) -> str:
        """Key of the patient of the row that is chosen; empty where none is."""
        chosen = self.selectionModel().selectedIndexes()
        if not chosen:
            return ""
        index = chosen[0]
        while index.parent().isValid():
            index = index.parent()
        return str(index.data(_KEY) or "")

    def _append(self, count: int, keep: AbstractSet[str]) -> None:
        """Show so many more; those in `keep` are unfolded."""
        patients = self._library.patients
        first = self._rows.rowCount()
        for entry in patients[first : first + count]:
            self._rows.appendRow(_patient_row(entry))
        for row in range(first, self._rows.rowCount()):
            index = self._rows.index(row, 0)
            if index.data(_KEY) in keep or len(patients) <= _FEW:
                self._open.add(index.data(_KEY))
                self.expand(index)

    def _grow(self) -> None:
        """Show more where the end of what is shown is near."""
        bar = self.verticalScrollBar()
        if bar.value() + _NEAR * bar.pageStep() < bar.maximum():
            return
        if self._rows.rowCount() < len(self._library.patients):
            self._append(_AT_ONCE, self._open)
        else:
            self._library.more()

    def _scrolled(self) -> None:
        # Rows must not be put in while the view is at work with those it has.
        self._soon.start()

    def _fill(self, index: QModelIndex) -> None:
        item = self._rows.itemFromIndex(index)
        if item is None:
            return
        key, kind = item.data(_KEY), item.data(_KIND)
        self._open.add(key)
        if item.data(_FILLED):
            return
        item.setData(True, _FILLED)
        if kind == "patient":
            self._library.studies(key, lambda studies: self._put(kind, key, [_study_row(s) for s in studies]))
        elif kind == "study":
            self._library.series(
                key, lambda series: self._put(kind, key, [self._series_row(s) for s in series])
            )

    def _put(self, kind: str, key: str, rows: list[QStandardItem]) -> None:
        parent = self._find(kind, key)
        if parent is None:
            return
        parent.removeRows(0, parent.rowCount())
        for item in rows:
            parent.appendRow(item)
            if item.data(_KIND) == "study" and (item.data(_KEY) in self._open or len(rows) == 1):
                self.expand(item.index())

    def _series_row(self, series: Series) -> QStandardItem:
        item = QStandardItem(series.title)
        picture = QPixmap()
        png = self._library.picture(series.key) if series.kind in {"volume", "stack"} else None
        if png:
            picture.loadFromData(png)
        item.setData(picture if series.kind in {"volume", "stack"} else icon(_ICONS[series.kind]), PICTURE)
        item.setData(series_line(series), SUBTITLE)
        item.setData("series", _KIND)
        item.setData(series.key, _KEY)
        item.setToolTip(series_whole(series))
        return item

    def _picture_ready(self, key: str, png: bytes) -> None:
        item = self._find("series", key)
        picture = QPixmap()
        if item is not None and picture.loadFromData(png):
            item.setData(picture, PICTURE)

    def _find(self, kind: str, key: str) -> QStandardItem | None:
        level = [self._rows.invisibleRootItem()]
        while level:
            children = [item.child(row) for item in level for row in range(item.rowCount())]
            for child in children:
                if child is not None and child.data(_KIND) == kind and child.data(_KEY) == key:
                    return child
            level = [child for child in children if child is not None and child.hasChildren()]
        return None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens whatever is chosen, a patient with their first images; arrows fold and unfold."""
        index = self.currentIndex()
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and index.isValid():
            self._enter(index)
            event.accept()
        else:
            super().keyPressEvent(event)

    def _enter(self, index: QModelIndex) -> None:
        if index.data(_KIND) == "patient":
            self.personChosen.emit(index.data(_KEY))
        else:
            self._clicked(index)

    def _double_clicked(self, index: QModelIndex) -> None:
        """A click has folded or unfolded; the second one opens whom it is about."""
        if index.data(_KIND) == "patient":
            self.personChosen.emit(index.data(_KEY))

    def _clicked(self, index: QModelIndex) -> None:
        kind, key = index.data(_KIND), index.data(_KEY)
        if kind == "series":
            self.seriesChosen.emit(key)
        elif kind == "person":
            self.personChosen.emit(key)
        elif kind in {"patient", "study"}:
            self.setExpanded(index, not self.isExpanded(index))


_ICONS = {
    "segmentation": "texture-box",
    "structures": "vector-polygon",
    "document": "file-document-outline",
    "waveform": "pulse",
    "other": "file-outline",
}


def _patient_row(entry: PatientEntry) -> QStandardItem:
    patient = entry.patient
    facts = [
        day(patient.birth_date) if patient.birth_date else "",
        sex(patient.sex) if patient.sex else "",
        " ".join(entry.modalities),
        _entries(entry.entries),
        # Last, as it may be long: it is cut first, and the tool tip has all of it.
        tr("ID {id}", id=patient.id) if patient.id else entry.number or tr("no ID"),
    ]
    subtitle = " · ".join(part for part in facts if part)
    kind = "patient" if entry.series else "person"
    item = _branch(person_name(patient.name), subtitle, kind, entry.key, "account-outline")
    item.setData(True, BOLD)
    if entry.notices:
        notes = "\n".join(notice.message for notice in entry.notices)
        item.setToolTip(f"{item.text()}\n{notes}")
        item.setData(icon("account-alert-outline", tokens.current().warning), PICTURE)
    return item


def _entries(count: int) -> str:
    """How much there is of a record; nothing for none."""
    if not count:
        return ""
    return tr("1 entry") if count == 1 else tr("{count} entries", count=count)


def _study_row(entry: StudyEntry) -> QStandardItem:
    count = tr("1 series") if entry.series == 1 else tr("{count} series", count=entry.series)
    subtitle = " · ".join(part for part in (day(entry.date), " ".join(entry.modalities), count) if part)
    return _branch(entry.description or tr("Study"), subtitle, "study", entry.key, "calendar-blank-outline")


def _branch(title: str, subtitle: str, kind: str, key: str, picture: str) -> QStandardItem:
    item = QStandardItem(title)
    item.setData(subtitle, SUBTITLE)
    item.setData(icon(picture), PICTURE)
    item.setData(kind, _KIND)
    item.setData(key, _KEY)
    item.setToolTip(f"{title}\n{subtitle}")
    if kind != "person":
        item.appendRow(QStandardItem(tr("Loading…")))
    return item
