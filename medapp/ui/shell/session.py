"""What is in focus: the library, one patient, one study, the series in view. No widgets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from medapp.ui.background import Background
from medapp.ui.jobs.model import JobsModel
from medapp.ui.shell.imports import Imports
from medapp.ui.shell.loads import Loads
from medapp.ui.shell.message import Message
from medapp.ui.shell.problem import Problem, from_error, is_refusal, refusal, words_of
from medapp.ui.shell.starting import Starting
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from medapp.domain.patient import Patient, Series
    from medapp.services.app import App

_SIDE_MS = 60
_PICTURES = frozenset({"volume", "stack"})


class Session(QObject):
    """The one patient of this window; every panel listens to it, so that all change at once."""

    ready = Signal()
    libraryChanged = Signal()
    opening = Signal(bool)
    """Somebody is looked for to be shown, or nobody any more: they are there, or could not be found."""
    patientChanged = Signal(object, str)
    """Patient or None, and the date of the study."""
    studyChanged = Signal(object)
    """Tuple of its series, pictures first."""
    seriesShown = Signal(object, object)
    """Series and its load; the first slice may not be there yet."""
    seriesFailed = Signal(object, str)
    derivedRequested = Signal(object)
    """A series of kind ``segmentation`` or ``structures`` that wants to lie over its source."""
    activeChanged = Signal(object)
    """Series in the active viewport, or None."""
    imported = Signal(object)
    recordsTold = Signal(object)
    """A `RecordsImport` of which something was refused, waits for an answer or is in doubt."""
    problem = Signal(object)
    told = Signal(object)
    """A `Message`: what has happened, and how to take it back."""

    def __init__(self, app: App, parent: QObject | None = None) -> None:
        """Nothing is opened yet, see `start`."""
        super().__init__(parent)
        self.app = app
        self.background = Background(self)
        self.jobs = JobsModel(self.background, self)
        self.loads = Loads(app, self.jobs, self)
        self.imports = Imports(self)
        self.loads.failed.connect(lambda _, error: self.fail(error, tr("The images cannot be read.")))
        self.loads.stopped.connect(
            lambda series: self.tell(
                tr("Reading {title} was cancelled; what has been read stays in view.", title=series.title)
            )
        )
        self.starting = Starting(self)
        self.starting.opened.connect(self._begin)
        self.patient: Patient | None = None
        self.patient_key = ""
        self.study: tuple[Series, ...] = ()
        self.active: Series | None = None
        # The panels at the side come after the image: the reader waits for that one.
        self._tell_active = QTimer(self, singleShot=True, interval=_SIDE_MS)
        self._tell_active.timeout.connect(lambda: self.activeChanged.emit(self.active))
        self._wanted, self._looking = 0, 0

    # ---- start and end --------------------------------------------------------------------------------
    def start(self) -> None:
        """Open the library and the job queue off the GUI thread; `ready` tells when the library is there."""
        self.starting.start()

    @property
    def is_ready(self) -> bool:
        """Whether the library is open."""
        return self.starting.is_ready

    def when_ready(self, function: Callable[[], object]) -> None:
        """Call at once, or as soon as the library and the job queue are open."""
        self.starting.when_ready(function)

    def _begin(self) -> None:
        self.ready.emit()
        self.libraryChanged.emit()

    def close(self) -> None:
        """Stop listening, drop what is under way; the app itself is closed by its owner."""
        self.jobs.detach()
        self.loads.close()
        self.background.close()

    # ---- importing ------------------------------------------------------------------------------------
    def import_paths(self, paths: Iterable[Path], *, show: bool = False) -> None:
        """Index files and folders as a job; `show` opens the first of their series when it is done."""
        wanted = tuple(paths)
        if wanted:
            self.when_ready(lambda: self.imports.bring(wanted, show=show))

    def open_sample(self) -> None:
        """Make the sample patient where there is none yet, import and show it."""
        self.when_ready(self.imports.make_sample)

    @property
    def asked(self) -> int:
        """Grows with everything that the user asks to see."""
        return self._wanted

    # ---- opening --------------------------------------------------------------------------------------
    def open_person(self, key: str) -> None:
        """Open somebody of whom there is a record, and their images where they are known.

        Args:
            key: Of the person, or of the patient without images that the library lists.
        """
        self._wanted += 1
        wanted = self._wanted

        def work() -> tuple[str, Patient | None, tuple[str, ...]]:
            from medapp.library.keys import RECORD_ONLY
            from medapp.services.patient_record import person_in_library

            return person_in_library(self.app.library, key.removeprefix(RECORD_ONLY))

        def done(found: tuple[str, Patient | None, tuple[str, ...]]) -> None:
            patient_key, patient, series = found
            if wanted == self._wanted and patient is not None:
                if series:
                    self.open_first(series)
                else:
                    self._set_patient(patient, patient_key, ())
            self._look_for(-1)

        def failed(error: Exception) -> None:
            self._look_for(-1)
            self.fail(error)

        self._look_for(1)
        self.background.run(work, done, failed, priority=1)

    def _look_for(self, more: int) -> None:
        """Another one is looked for, or one no more: it is at an end with the last."""
        self._looking += more
        self.opening.emit(self._looking > 0)

    def open_first(self, keys: tuple[str, ...]) -> None:
        """Open the study of the first series with pictures."""
        wanted = self._wanted

        def work() -> Series:
            first: Series | None = None
            for key in keys:
                series = self.app.library.series(key)
                if series.kind in _PICTURES:
                    return series
                first = first or series
            if first is None:
                raise KeyError
            return first

        def done(series: Series) -> None:
            if wanted == self._wanted:
                self.open_series(series.key)

        self.background.run(work, done, self.fail)

    def open_study(self, study_key: str) -> None:
        """Open a study with its first series."""

        def done(series: tuple[Series, ...]) -> None:
            if series:
                first = next((one for one in series if one.kind in _PICTURES), series[0])
                self.open_series(first.key)

        self.background.run(lambda: self.app.library.series_of(study_key), done, self.fail)

    def open_series(self, key: str) -> None:
        """Open a series, its study and its patient with it; pixels come while it is already shown."""
        self._wanted += 1
        wanted = self._wanted
        self.when_ready(lambda: self._open_series(key, wanted))

    def _open_series(self, key: str, wanted: int) -> None:
        def work() -> tuple[Series, tuple[Series, ...], str]:
            from medapp.library.keys import patient_key

            known = next((one for one in self.study if one.key == key), None)
            if known is not None:
                return known, self.study, self.patient_key
            series = self.app.library.series(key)
            person = patient_key(series)
            return series, _study_of(self.app, series.study.uid, person) or (series,), person

        def done(found: tuple[Series, tuple[Series, ...], str]) -> None:
            if wanted == self._wanted:
                self._focus(*found)

        self.background.run(work, done, self.fail, priority=1)

    def reload_study(self) -> None:
        """Look again which series the study in focus has; what is in view stays."""
        if not self.study:
            return
        person, uid = self.patient_key, self._study_uid()

        def done(study: tuple[Series, ...]) -> None:
            if study and person == self.patient_key and uid == self._study_uid():
                self.study = study
                self.studyChanged.emit(study)

        self.background.run(lambda: _study_of(self.app, uid, person), done, self.fail)

    def close_patient(self) -> None:
        """Put nobody in focus."""
        self._wanted += 1
        self._set_patient(None, "", ())

    def set_active(self, key: str) -> None:
        """The viewport of another series has become the active one."""
        found = next((series for series in self.study if series.key == key), None)
        if (found.key if found else "") != (self.active.key if self.active else ""):
            self.active = found
            self._tell_active.start()

    def _focus(self, series: Series, study: tuple[Series, ...], person: str) -> None:
        if person != self.patient_key or series.study.uid != self._study_uid():
            self._set_patient(series.study.patient, person, study)
        if series.kind in {"segmentation", "structures"}:
            self.derivedRequested.emit(series)
            return
        if series.kind not in _PICTURES:
            self.seriesFailed.emit(series, tr("This is a document; there are no images in it."))
            return
        self.loads.open(series, self._shown(self._wanted))

    def _shown(self, wanted: int) -> Callable[[Series, object, Exception | None], None]:
        def done(series: Series, load: object, error: Exception | None) -> None:
            if wanted != self._wanted:
                return
            if error is not None:
                self.seriesFailed.emit(series, str(error))
                return
            self.seriesShown.emit(series, load)
            self.set_active(series.key)

        return done

    def _set_patient(self, patient: Patient | None, person: str, study: tuple[Series, ...]) -> None:
        if person != self.patient_key:
            self.loads.clear()
        self.active = None
        self._tell_active.stop()
        self.patient, self.patient_key, self.study = patient, person, study
        self.patientChanged.emit(patient, study[0].study.date if study else "")
        self.studyChanged.emit(study)
        self.activeChanged.emit(None)

    def _study_uid(self) -> str:
        return self.study[0].study.uid if self.study else "-"

    # ---- failures -------------------------------------------------------------------------------------
    def fail(
        self,
        error: Exception,
        what: str = "",
        *,
        where: str = "",
        kept: str = "",
        advice: str = "",
        cancelled: str = "",
        refused: str = "",
    ) -> None:
        """Show a failure; what the user has cancelled is none, and is told with `cancelled`.

        Nor is what a model or a service refuses with a sentence: that begins with `refused`, where given.
        """
        if type(error).__name__ == "JobCancelled":
            if cancelled:
                self.tell(cancelled)
            return
        if refused and is_refusal(error):
            self.problem.emit(refusal(error, refused, where=where, secrets=self.secrets()))
            return
        self.problem.emit(
            from_error(error, what, where=where, kept=kept, advice=advice, secrets=self.secrets())
        )

    def refuse(self, what: str, advice: str = "") -> None:
        """Say that something is not done, and why."""
        self.problem.emit(Problem(what, kept=tr("Nothing was changed."), advice=advice, refused=True))

    def tell(self, text: str, undo: Callable[[], object] | None = None) -> None:
        """Say in one line what has happened and what was kept; `undo` takes it back."""
        self.told.emit(Message(text, undo))

    def secrets(self) -> tuple[str, ...]:
        """Words that name the patient, to be left out of what is copied."""
        return () if self.patient is None else words_of(self.patient)


def _study_of(app: App, uid: str, person: str) -> tuple[Series, ...]:
    """Series of a study that are of this patient."""
    from medapp.library.keys import patient_key

    return _in_order(one for one in app.library.series_of(uid) if patient_key(one) == person)


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """To sort "phase 2" before "phase 10"."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", text))


def _in_order(series: Iterable[Series]) -> tuple[Series, ...]:
    """Pictures before labels before documents; by number within."""
    rank = {"volume": 0, "stack": 0, "segmentation": 1, "structures": 1}
    return tuple(
        sorted(
            series,
            key=lambda one: (
                rank.get(one.kind, 2),
                one.number is None,
                one.number or 0,
                natural(one.split),
                one.key,
            ),
        )
    )
