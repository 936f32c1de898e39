"""The Record workspace: the time line above, tables below, what is selected at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QStackedLayout, QTabWidget, QWidget

from medapp.domain.genome import GeneCall, Variant
from medapp.domain.record import Note, Observation, Report
from medapp.ui.record.detail import strip_of
from medapp.ui.record.detail_panel import DetailPanel
from medapp.ui.record.empty_page import EmptyPage
from medapp.ui.record.genome import gene_facts, variant_facts
from medapp.ui.record.genome_page import GenomePage
from medapp.ui.record.labs_page import LabsPage
from medapp.ui.record.note_text import by_id
from medapp.ui.record.notes_page import NotesPage
from medapp.ui.record.quality_page import QualityPage
from medapp.ui.record.table_page import TablePage
from medapp.ui.record.tables import Table
from medapp.ui.record.timeline import TimelineView
from medapp.ui.shell.widgets import ElidedLabel, button, column, line, row
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from medapp.domain.record import Entry
    from medapp.ui.record.tables import Row
    from medapp.ui.record.view import RecordView

_MOST_TIMELINE = 0.54
_LEAST_TIMELINE = 200
_WIDTHS = (900, 280)
_WIDE = 1100


class RecordWorkspace(QWidget):
    """What the shell puts into its Record page.

    Signals:
        studyRequested: UID of a study that shall be opened in Read.
        sourceRequested: An `Entry` whose source shall be shown.
        importRequested: The user wants to import a record.
    """

    studyRequested = Signal(str)
    sourceRequested = Signal(object)
    importRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without a record."""
        super().__init__(parent)
        self.setObjectName("recordWorkspace")
        self.view: RecordView | None = None
        self.selected: Entry | None = None
        self.timeline = TimelineView()
        self.detail = DetailPanel()
        self.labs = LabsPage()
        self.notes = NotesPage()
        self.genome = GenomePage()
        self.quality = QualityPage()
        self.tables = {name: TablePage(title, nothing) for name, title, nothing in _table_pages()}
        self.tabs = QTabWidget()
        self.strip = ElidedLabel("", "dim")
        self.details_button = button(tr("Details"), self._toggle_details, name="dock-right")
        self.details_button.setProperty("flat", True)
        self.nothing = EmptyPage(self.importRequested.emit)
        self._detail_wanted: bool | None = None
        self._has_height = False
        self._fill_tabs()
        self._lay_out()
        self._connect()
        self.set_record(None)

    # ---- what the shell calls -------------------------------------------------------------------------
    def set_record(self, record: RecordView | None) -> None:
        """Show a record, or say that there is none and what to do."""
        self.view = record
        self.selected = None
        self.strip.set_full_text(tr("Select an entry to see where it came from."))
        self.detail.show_nothing()
        if record is None or record.is_empty:
            self._say_none(record)
            return
        self._stack.setCurrentIndex(1)
        self.timeline.set_timeline(record.timeline, record.entries)
        self.labs.set_groups(record.labs)
        for name in ("problems", "medicines", "allergies", "procedures", "everything"):
            self.tables[name].set_table(getattr(record, name))
        undated = (*record.undated, *record.left_out)
        self.tables["undated"].set_table(Table(record.everything.columns, undated))
        self.notes.set_table(record.notes, by_id(record.entries))
        self.genome.set_genomes(record.genomes, record.reported)
        self._count_tabs(record)
        self._share_height()

    def set_waiting(self, told: str = "") -> None:
        """Say that the record is being read, and how far that is; the next `set_record` shows it."""
        self.view = None
        told = told or tr("It is shown as soon as it is read.")
        self.nothing.say(tr("Reading the record"), told, can_import=False, busy=True)
        self._stack.setCurrentIndex(0)

    def select(self, entry: Entry) -> None:
        """Show an entry everywhere: on the time line, in its table, at the right."""
        self._choose(entry, None)
        page = self._page_of(entry)
        self.tabs.setCurrentWidget(page)
        if isinstance(page, LabsPage | NotesPage | TablePage):
            page.select(entry)

    # ---- inside ---------------------------------------------------------------------------------------
    def _say_none(self, record: RecordView | None) -> None:
        kinds = tr("FHIR, HL7 v2, C-CDA, OMOP, tables, phenopackets, VCF")
        told = tr("Import one: {kinds}.", kinds=kinds)
        if record is not None and record.persons:
            told = tr("The library knows the patient, but no entry of a record.") + " " + told
        self.nothing.say(tr("No record of this patient"), told, can_import=True)
        self._stack.setCurrentIndex(0)

    def _page_of(self, entry: Entry) -> QWidget:
        content = entry.content
        if isinstance(content, Observation) and self.labs.model.line_of(entry) >= 0:
            return self.labs
        if isinstance(content, Note | Report):
            return self.notes
        names = {
            "Problem": "problems",
            "Medication": "medicines",
            "Allergy": "allergies",
            "Procedure": "procedures",
            "Immunization": "procedures",
        }
        return self.tables[names.get(type(content).__name__, "everything")]

    def _choose(self, entry: Entry, by: QWidget | None) -> None:
        self.selected = entry
        self.strip.set_full_text(strip_of(entry))
        self.detail.show_entry(entry)
        if by is not self.timeline:
            self.timeline.select(entry)

    def _from_timeline(self, entry: Entry) -> None:
        self._choose(entry, self.timeline)
        self.select(entry)

    def _from_row(self, found: Row) -> None:
        if found.entry is not None:
            self._choose(found.entry, None)
            return
        file = self.genome.genome.file if self.genome.genome else None
        title = found.cells[0].text
        if isinstance(found.item, GeneCall):
            self.detail.show_pairs(tr("Gene"), title, gene_facts(found.item))
        elif isinstance(found.item, Variant):
            self.detail.show_pairs(tr("Variant"), title, variant_facts(found.item, file))
        self.selected = None
        self.timeline.select(None)
        parts = (title, file.source.file if file else "", *(cell.text for cell in found.cells[1:4]))
        self.strip.set_full_text(" \u00b7 ".join(part for part in parts if part))

    def _open_row(self, found: Row) -> None:
        uid = getattr(found.entry.content, "uid", "") if found.entry else ""
        if uid:
            self.studyRequested.emit(uid)

    def _show_undated(self) -> None:
        self.tabs.setCurrentWidget(self.tables["undated"])
        self.tables["undated"].view.setFocus()

    def _toggle_details(self) -> None:
        self._detail_wanted = not self.detail.isVisible()
        self.detail.setVisible(self._detail_wanted)

    def _count_tabs(self, record: RecordView) -> None:
        counts: dict[QWidget, int] = {
            self.labs: sum(len(group.analytes) for group in record.labs),
            self.notes: len(record.notes.rows),
            self.genome: self.genome.count,
            **{page: page.model.total for page in self.tables.values()},
        }
        for page, count in counts.items():
            self._count_tab(page, count)
        undated = self.tables["undated"]
        self.tabs.setTabVisible(self.tabs.indexOf(undated), bool(undated.model.total))

    def _count_tab(self, page: QWidget, count: int) -> None:
        """Write a count beside the title of a tab; none where it is not known (-1)."""
        at = self.tabs.indexOf(page)
        title = self.tabs.tabToolTip(at)
        self.tabs.setTabText(at, title if count < 0 else f"{title} {count:,}".replace(",", "\u2009"))

    def _fill_tabs(self) -> None:
        pages: tuple[tuple[QWidget, str], ...] = (
            (self.labs, tr("Labs")),
            (self.tables["problems"], tr("Problems")),
            (self.tables["medicines"], tr("Medicines")),
            (self.tables["allergies"], tr("Allergies")),
            (self.tables["procedures"], tr("Procedures")),
            (self.notes, tr("Notes")),
            (self.genome, tr("Genome")),
            (self.tables["everything"], tr("All")),
            (self.quality, tr("Quality")),
            (self.tables["undated"], tr("Not drawn")),
        )
        for page, title in pages:
            self.tabs.setTabToolTip(self.tabs.addTab(page, title), title)
        self.tabs.setDocumentMode(True)
        self.tabs.setUsesScrollButtons(True)

    def _connect(self) -> None:
        self.timeline.entrySelected.connect(self._from_timeline)
        self.timeline.studyRequested.connect(self.studyRequested)
        self.timeline.undatedRequested.connect(self._show_undated)
        self.labs.entrySelected.connect(lambda entry: self._choose(entry, self.labs))
        self.notes.rowSelected.connect(self._from_row)
        self.genome.rowSelected.connect(self._from_row)
        self.quality.rowSelected.connect(self._from_row)
        self.quality.counted.connect(lambda count: self._count_tab(self.quality, count))
        for source in (self.labs, self.notes, self.genome):
            source.importRequested.connect(self.importRequested)
        for page in self.tables.values():
            page.importRequested.connect(self.importRequested)
            page.rowSelected.connect(self._from_row)
            page.rowOpened.connect(self._open_row)
        self.detail.studyRequested.connect(self.studyRequested)
        self.detail.sourceRequested.connect(self.sourceRequested)

    def _lay_out(self) -> None:
        look = tokens.current()
        below = QSplitter(Qt.Orientation.Horizontal)
        below.addWidget(self.tabs)
        below.addWidget(self.detail)
        below.setSizes(_WIDTHS)
        below.setStretchFactor(0, 1)
        below.setStretchFactor(1, 0)
        parts = self._parts = QSplitter(Qt.Orientation.Vertical)
        parts.addWidget(self.timeline)
        parts.addWidget(below)
        parts.setStretchFactor(0, 2)
        parts.setStretchFactor(1, 3)
        parts.splitterMoved.connect(self._height_chosen)
        foot = row(gap=look.gap_small)
        foot.setContentsMargins(look.gap, 0, look.gap_small, 0)
        foot.addWidget(self.strip, 1)
        foot.addWidget(self.details_button)
        full = QWidget()
        inner = column(gap=0)
        inner.addWidget(parts, 1)
        inner.addWidget(line())
        inner.addLayout(foot)
        full.setLayout(inner)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.nothing)
        self._stack.addWidget(full)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room the details are hidden until the user asks for them."""
        super().resizeEvent(event)
        if self._detail_wanted is None:
            self.detail.setVisible(self.width() >= _WIDE)
        self._share_height()

    def _height_chosen(self) -> None:
        self._has_height = True

    def _share_height(self) -> None:
        """The time line takes what its lanes need, up to about half, until the user has said otherwise."""
        if self._has_height or self.view is None:
            return
        whole = self._parts.height()
        mine = min(max(self.timeline.wanted_height, _LEAST_TIMELINE), round(whole * _MOST_TIMELINE))
        self._parts.setSizes([mine, max(whole - mine, 1)])


def _table_pages() -> tuple[tuple[str, str, str], ...]:
    return (
        ("problems", tr("Problems"), tr("The record holds no problems.")),
        ("medicines", tr("Medicines"), tr("The record holds no medicines.")),
        (
            "allergies",
            tr("Allergies"),
            tr("The record says nothing of allergies. That does not mean that there are none."),
        ),
        ("procedures", tr("Procedures and immunisations"), tr("The record holds no procedures.")),
        ("everything", tr("Everything"), tr("The record holds no entries.")),
        ("undated", tr("Not drawn on the time line"), tr("All entries are on the time line.")),
    )
