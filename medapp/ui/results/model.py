"""What models have proposed for the patient in focus, and what the reader decides. No widgets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from medapp.ui.text import tr

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.domain.notice import Notice
    from medapp.domain.patient import Series
    from medapp.domain.provenance import Provenance
    from medapp.domain.segmentation import LabelMeasure, Segmentation
    from medapp.library import ResultStatus
    from medapp.services.results import Exported, Reopened
    from medapp.services.running import Proposal
    from medapp.ui.reading.overlay import OverlayModel
    from medapp.ui.shell.session import Session

_SETTLE_MS = 400


@dataclass(eq=False)
class ResultItem:
    """One result as the card shows it.

    Attributes:
        series: What it was made from.
        stored: Its DICOM SEG in the library, once there is one.
        reopened: What was read, where it comes from the library.
        person: Key of the patient; the item is shown only while that patient is in focus.
        edited: True when the brush has changed it since it was last kept.
        busy: What is being done with it, empty when nothing is.
    """

    id: str
    title: str
    series: Series
    segmentation: Segmentation
    status: ResultStatus
    person: str
    measures: tuple[LabelMeasure, ...] = ()
    provenance: Provenance | None = None
    notices: tuple[Notice, ...] = ()
    log: Path | None = None
    proposal: Proposal | None = None
    stored: Series | None = None
    reopened: Reopened | None = None
    edited: bool = False
    busy: str = ""
    measured: bool = field(default=True)

    @property
    def open(self) -> bool:
        """True while the reader has to decide."""
        return self.proposal is not None and (self.edited or self.status == "proposal")

    @property
    def from_file(self) -> bool:
        """True for what the library found in a file that nobody accepted here."""
        found = self.reopened
        kept = self.stored is not None and found is not None and self.stored.key != found.series.key
        return found is not None and found.record is None and not kept

    @property
    def correctable(self) -> bool:
        """True for voxels, which the brush may be asked to change; contours have none of their own."""
        return self.proposal is not None or (self.stored is not None and self.stored.kind == "segmentation")


class ResultsModel(QObject):
    """Results of the patient in focus; the current one lies over the images."""

    changed = Signal()
    currentChanged = Signal()
    segmentationChanged = Signal(object)
    brushWanted = Signal(int)
    labelWanted = Signal(int)
    brushToggled = Signal(bool)
    exported = Signal(object)

    def __init__(self, session: Session) -> None:
        """Listen to `session`."""
        super().__init__(session)
        self._session = session
        self._all: list[ResultItem] = []
        self.current: ResultItem | None = None
        self.overlay: OverlayModel | None = None
        self.brush_on = False
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._measure_edited)
        session.patientChanged.connect(lambda *_: self._patient_changed())
        session.activeChanged.connect(self._active_changed)
        session.loads.completed.connect(lambda *_: self._measure_stored())

    @property
    def items(self) -> tuple[ResultItem, ...]:
        """Of the patient in focus, the newest first."""
        person = self._session.patient_key
        return tuple(item for item in reversed(self._all) if item.person == person)

    def attach_overlay(self, overlay: OverlayModel) -> None:
        """Colours, opacity and outline are kept by the workspace."""
        self.overlay = overlay
        if self.current is not None:
            self.segmentationChanged.emit(self.current.segmentation)
        self.currentChanged.emit()

    # ---- coming and choosing --------------------------------------------------------------------------
    def add(self, proposal: Proposal, person: str) -> ResultItem:
        """Take in what a task has found for a patient; it is shown at once if that patient is in focus."""
        provenance = proposal.provenance
        title = (provenance.title or provenance.task) if provenance else proposal.segmentation.title
        item = ResultItem(
            proposal.id, title, proposal.series, proposal.segmentation,
            "proposal", person, proposal.measures, provenance, proposal.notices, proposal.log, proposal,
        )  # fmt: skip
        self._all.append(item)
        if person == self._session.patient_key:
            self.choose(item)
        self.changed.emit()
        return item

    def choose(self, item: ResultItem | None) -> None:
        """Lay a result over the images."""
        if item is self.current:
            return
        self.current = item
        self.segmentationChanged.emit(item.segmentation if item is not None else None)
        self.currentChanged.emit()

    def choose_and_show(self, item: ResultItem) -> None:
        """Lay a result over its images, and bring these into view."""
        has_images = item.stored is None or item.series.key != item.stored.key
        self._show_images(item, item.series if has_images else None)
        self.choose(item)

    def take_stored(self, found: Reopened, person: str) -> None:
        """Take in labels, or contours, of the library, over the series that they were made from."""
        stored, segmentation = found.series, found.segmentation
        item = ResultItem(
            stored.key, stored.description or segmentation.title or tr("Segmentation"),
            found.source or stored, segmentation, "corrected" if found.edited else "accepted", person,
            provenance=segmentation.provenance, notices=(*stored.notices, *found.notices),
            stored=stored, reopened=found, measured=False,
        )  # fmt: skip
        self._all.append(item)
        self._show_images(item, found.source)
        self.choose(item)
        self.changed.emit()
        self._measure_stored()

    def _show_images(self, item: ResultItem, source: Series | None) -> None:
        """Bring the images of a result into view; black ones where they are not at hand."""
        if source is not None:
            self._session.open_series(source.key)
            return
        from medapp.ui.results.blank import BlankLoad, as_volume, sizes_only

        notice = tr("The images of these labels are not in the library.")
        load = BlankLoad(item.segmentation, notice)
        item.measures, item.measured = sizes_only(item.segmentation, load), True
        self._session.seriesShown.emit(as_volume(item.series, item.segmentation), load)

    def _patient_changed(self) -> None:
        if self.current is not None and self.current.person != self._session.patient_key:
            self.choose(None)
        self.changed.emit()

    def _active_changed(self, series: Series | None) -> None:
        if series is None or (self.current is not None and self.current.series.key == series.key):
            return
        fitting = next((item for item in self.items if item.series.key == series.key), None)
        if fitting is not None:
            self.choose(fitting)

    def _measure_stored(self) -> None:
        """Measure a reopened result as soon as its images have all been read."""
        for item in self.items:
            load = self._session.loads.get(item.series.key)
            if item.measured or load is None or not load.complete:
                continue
            item.measured = True
            self._measure(item, load.volume)

    def _measure(self, item: ResultItem, volume: Any) -> None:  # noqa: ANN401 - a Volume
        from medapp.domain.segmentation import measure

        def done(measures: tuple[LabelMeasure, ...]) -> None:
            item.measures = measures
            self.changed.emit()

        self._session.background.run(lambda: measure(item.segmentation, volume), done, self._session.fail)

    # ---- deciding -------------------------------------------------------------------------------------
    def accept(self, item: ResultItem) -> None:
        """Keep it as a DICOM SEG in the library."""
        if item.proposal is None or item.busy:
            return
        self.stop_brush()
        proposal = item.proposal
        edited = item.edited or item.status == "corrected"

        def work() -> Series:
            from medapp.services.results import accept, corrected, superseding

            final = corrected(proposal, item.segmentation) if item.edited else proposal
            if item.stored is not None:
                final = superseding(final, item.stored)
            item.proposal = final
            return accept(self._session.app, final)

        def done(stored: Series) -> None:
            item.stored, item.edited, item.status = stored, False, "corrected" if edited else "accepted"
            self._session.libraryChanged.emit()
            self._session.reload_study()

        self._do(item, tr("being kept…"), work, done, tr("The result cannot be kept."))

    def reject(self, item: ResultItem) -> None:
        """Say that it is wrong; it goes from the images and the refusal is recorded."""
        if item.proposal is None or item.busy:
            return
        self.stop_brush()
        proposal = item.proposal

        def work() -> None:
            from medapp.services.results import reject

            reject(self._session.app, proposal)

        def done(_: None) -> None:
            item.status, item.proposal = "rejected", None
            self._all.remove(item)
            if self.current is item:
                self.choose(next(iter(self.items), None))
            text = tr("{title} was rejected: only the refusal and its numbers are kept.", title=item.title)
            self._session.tell(text, lambda: self._bring_back(item, proposal))

        self._do(item, tr("being rejected…"), work, done, tr("The refusal cannot be recorded."))

    def _bring_back(self, item: ResultItem, proposal: Proposal) -> None:
        """Take a refusal back: the result is a proposal again."""

        def work() -> None:
            from medapp.services.results import take_back

            take_back(self._session.app, proposal)

        def done(_: None) -> None:
            item.status, item.proposal = "proposal", proposal
            self._all.append(item)
            if item.person == self._session.patient_key:
                self.choose(item)

        self._do(item, tr("being brought back…"), work, done, tr("The refusal cannot be taken back."))

    def export(self, item: ResultItem, folder: Path) -> None:
        """Write SEG, NIfTI and JSON into a folder."""

        def work() -> Exported:
            from medapp.services.results import corrected, export

            # What was only reopened is copied as it is.
            as_kept = item.reopened is not None and not item.edited
            source = item.stored if as_kept else item.proposal or item.stored
            if source is None:
                message = tr("There is nothing to export.")
                raise ValueError(message)
            if item.edited and item.proposal is not None:
                source = corrected(item.proposal, item.segmentation)
            return export(self._session.app, source, folder)

        self._do(item, tr("being exported…"), work, self.exported.emit, tr("The result cannot be exported."))

    def _do(self, item: ResultItem, busy: str, work: Any, done: Any, failed: str) -> None:  # noqa: ANN401
        item.busy = busy
        self.changed.emit()

        def finished(result: Any) -> None:  # noqa: ANN401
            item.busy = ""
            done(result)
            self.changed.emit()

        def broken(error: Exception) -> None:
            item.busy = ""
            self.changed.emit()
            self._session.fail(error, failed)

        self._session.background.run(work, finished, broken)

    # ---- correcting -----------------------------------------------------------------------------------
    def toggle_brush(self) -> None:
        """Take the brush for the active label, or put it away."""
        if self.brush_on:
            self.stop_brush()
        elif self.overlay is not None and self.current is not None and self._may_correct(self.current):
            self.brushWanted.emit(self.overlay.active_label)

    def _may_correct(self, item: ResultItem) -> bool:
        """Make a proposal of what comes from the library; where that cannot be, the reader is told why."""
        if item.proposal is not None or item.reopened is None:
            return item.proposal is not None
        from medapp.services.results import correction_of, why_not_corrected

        load = self._session.loads.get(item.series.key)
        reason = why_not_corrected(item.reopened)
        if reason or load is None or not load.complete:
            reading = tr("Their images are still being read.")
            self._session.refuse(
                tr("These labels cannot be corrected. {reason}", reason=reason or reading),
                "" if reason else tr("Try again in a moment."),
            )
            self.changed.emit()
            return False
        item.proposal = correction_of(item.reopened, load.volume)
        return True

    def stop_brush(self) -> None:
        """Put the brush away."""
        if self.brush_on:
            self.brushWanted.emit(0)

    def brush_changed(self, on: bool) -> None:
        """The workspace has taken or put away the brush, asked by the card or by its own tool bar."""
        if on == self.brush_on:
            return
        self.brush_on = on
        self.brushToggled.emit(on)
        if on and self.current is not None and not self._may_correct(self.current):
            self.stop_brush()

    def edited(self, segmentation: Segmentation) -> None:
        """A stroke has been painted or taken back."""
        item = self.current
        if item is None or item.proposal is None:
            return
        item.segmentation, item.edited = segmentation, True
        self._settle.start()
        self.changed.emit()

    def _measure_edited(self) -> None:
        item = self.current
        if item is not None and item.edited and item.proposal is not None:
            self._measure(item, item.proposal.volume)

    def go_to(self, label: int) -> None:
        """Show the middle of a label; with the brush in hand paint it, on the slice that is in view."""
        if self.overlay is not None:
            self.overlay.set_active_label(label)
        if not self.brush_on:
            self.labelWanted.emit(label)

    def close(self) -> None:
        """Let go of the memory maps of all proposals."""
        self.segmentationChanged.emit(None)
        for item in self._all:
            if item.proposal is not None:
                item.proposal.release()
        self._all.clear()
