"""The Record page: the Record workspace with the patient in focus, and whose record it may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from medapp.domain.record import StudyReference
from medapp.ui.binding import many_objects
from medapp.ui.record.genome import GenomeView
from medapp.ui.record.quality_model import QualityModel
from medapp.ui.record.view import RecordView
from medapp.ui.record.workspace import RecordWorkspace
from medapp.ui.shell.match_bars import answer_bar, question_bar
from medapp.ui.shell.message import Message
from medapp.ui.shell.widgets import column, empty
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from medapp.domain.record import Entry
    from medapp.library.record.genomes import GenomeEntry
    from medapp.library.record.matching import Match
    from medapp.services.patient_record import PatientRecord
    from medapp.services.sources import SourceText
    from medapp.ui.record.source_dialog import SourceDialog
    from medapp.ui.shell.session import Session


class RecordPage(QWidget):
    """Reads the record of whoever is in focus off the GUI thread; asks where it is not clear whose it is."""

    importRequested = Signal()
    shown = Signal(object)
    """The `PatientRecord` that is in view."""
    studyShown = Signal(str)
    """The images of a study are being opened."""

    def __init__(self, session: Session) -> None:
        """Show whom `session` has in focus already, and all that come."""
        super().__init__()
        self._session = session
        self._asked = 0
        self._key = ""
        self._wanted: Callable[[Entry], bool] | None = None
        self.record: PatientRecord | None = None
        self.source: SourceDialog | None = None
        self.workspace = RecordWorkspace()
        self.quality = QualityModel(session)
        self.workspace.quality.set_model(self.quality)
        self.quality.entryFound.connect(self.workspace.select)
        self.questions = column(gap=0)
        inner = column(gap=0)
        inner.addLayout(self.questions)
        inner.addWidget(self.workspace, 1)
        self.setLayout(inner)
        self.workspace.importRequested.connect(self.importRequested)
        self.workspace.studyRequested.connect(self._open_study)
        self.workspace.sourceRequested.connect(self._show_source)
        session.patientChanged.connect(lambda *_: self._focus())
        session.libraryChanged.connect(self.reload)
        self._focus()

    def show_entry(self, entry: str) -> None:
        """Select an entry by its id, now or as soon as the record has been read."""
        self._wanted = lambda one: one.id == entry
        self._select_wanted()

    def show_study(self, uid: str) -> None:
        """Select a study, and go to it on the time line, now or as soon as the record has been read."""
        self._wanted = lambda one: isinstance(one.content, StudyReference) and one.content.uid == uid
        self._select_wanted()

    def _select_wanted(self) -> None:
        view, wanted = self.workspace.view, self._wanted
        if wanted is None or view is None:
            return
        found = next((one for one in view.entries if wanted(one)), None)
        self._wanted = None
        if found is not None:
            self.workspace.select(found)
            self.workspace.timeline.setFocus()

    def _open_study(self, uid: str) -> None:
        """Show the images of a study, or say that there are none."""
        library = self._session.app.library

        def done(found: bool) -> None:
            if found:
                self._session.open_study(uid)
                self.studyShown.emit(uid)
            else:
                told = tr("The library has no images of this study; import them to see it.")
                self._session.told.emit(Message(told, self.importRequested.emit, tr("Import")))

        self._session.background.run(lambda: bool(library.series_of(uid)), done, self._session.fail)

    def _focus(self) -> None:
        if self._session.patient_key != self._key:
            self._key = self._session.patient_key
            self.workspace.set_waiting()
            self.quality.leave_library()
            if self.source is not None:
                self.source.close()
            self.reload()

    def reload(self) -> None:
        """Read the record anew."""
        if not self._session.is_ready:
            return
        self._asked += 1
        asked, key = self._asked, self._session.patient_key
        if not key:
            self._show(None, None)
            return
        app, background = self._session.app, self._session.background

        def work() -> tuple[PatientRecord, RecordView]:
            from medapp.services.patient_record import convert, record_of

            with many_objects():
                found = record_of(app.library, key)
                background.on_gui(lambda: self._tell_count(asked, len(found.entries)))
                genomes = [_genome_view(one) for one in found.genomes]
                view = RecordView.build(found.persons, found.entries, genomes=genomes, convert=convert)
            return found, view

        def done(pair: tuple[PatientRecord, RecordView]) -> None:
            if asked == self._asked:
                self._show(*pair)

        self._session.background.run(work, done, self._session.fail)

    def _tell_count(self, asked: int, count: int) -> None:
        """Say how much there is once it is read: arranging it takes about as long."""
        if asked == self._asked and self.workspace.view is None:
            shown = f"{count:,}".replace(",", "\u2009")
            self.workspace.set_waiting(tr("{count} entries are read and are being arranged.", count=shown))

    def _show(self, record: PatientRecord | None, view: RecordView | None) -> None:
        self.record = record
        self.workspace.set_record(view)
        self._select_wanted()
        self.quality.set_record(view.persons if view else (), view.entries if view else ())
        empty(self.questions)
        if record is not None:
            for match, persons in record.open_matches:
                self.questions.addWidget(question_bar(match, persons, self._say))
            for match in record.said:
                self.questions.addWidget(answer_bar(match, record.of(match), self._say))
        self.shown.emit(record)

    def _show_source(self, entry: Entry) -> None:
        """Show the text that an entry was read from."""
        app, key = self._session.app, self._session.patient_key

        def work() -> SourceText:
            from medapp.services.sources import source_text

            return source_text(app.library, key, entry)

        def done(found: SourceText) -> None:
            from medapp.ui.record.source_dialog import SourceDialog

            if key == self._session.patient_key:
                if self.source is not None:
                    self.source.close()
                self.source = SourceDialog(entry, found, self.window())
                self.source.show()

        self._session.background.run(work, done, self._session.fail)

    def _say(self, match: Match, same: bool | None) -> None:
        """Write the answer; it can be taken back at once."""
        before = (match.verdict == "same") if match.said else None
        self._write(match, same)
        told = {
            True: tr("The record is this patient's."),
            False: tr("The record is somebody else's; nothing of it is shown here."),
            None: tr("The answer was taken back."),
        }[same]
        self._session.tell(told, lambda: self._write(match, before))

    def _write(self, match: Match, same: bool | None) -> None:
        app = self._session.app
        self._session.background.run(
            lambda: app.library.records.answer_match(match.person, match.patient, same=same),
            lambda _: self._session.libraryChanged.emit(),
            self._session.fail,
        )


def _genome_view(genome: GenomeEntry) -> GenomeView:
    lines = genome.lines
    named = (genome.path.name, genome.sample, genome.assembly or tr("assembly unknown"))
    return GenomeView.of(genome.calls, lines.variants if lines else (), lines.file if lines else None, *named)
