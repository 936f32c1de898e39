"""Asks before a task is run again on the same molecules with the same settings. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medapp.services.molecule_told import told_of
from medapp.ui.text import tr

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.services.molecule_project import Run
    from medapp.ui.models.model import RunWish
    from medapp.ui.molecules.model import MoleculesModel
    from medapp.ui.molecules.running import RunningModel


class AskingModel(QObject):
    """What was done is done again where it is wanted a second time."""

    changed = Signal()

    def __init__(self, running: RunningModel, model: MoleculesModel) -> None:
        """Ask before `running` does it."""
        super().__init__(running)
        self._running, self._model = running, model
        self._asked: Run | None = None
        self._folder: Path | None = None
        model.projectChanged.connect(self._follow)

    def _follow(self) -> None:
        """Of another project nothing was asked."""
        folder = None if self._model.project is None else self._model.project.folder
        if folder != self._folder:
            self._folder = folder
            self._set(None)

    def _set(self, asked: Run | None) -> None:
        if asked is not self._asked:
            self._asked = asked
            self.changed.emit()

    def want(self, wish: RunWish) -> None:
        """Run a task, or ask first."""
        planned = self._running.planned(wish)
        if planned is None:
            return
        again = self._asked is not None and self._asked.wish == planned.wish
        if again or self._before(planned) is None:
            self._set(None)
            self._running.run(wish)
        else:
            self._set(planned)

    def forget(self, task: str) -> None:
        """Another wish is being made: what was asked about the one before is answered."""
        if self._asked is not None and self._asked.task == task:
            self._set(None)

    def doubt(self, task: str) -> str:
        """What is asked before a task is run again; empty where nothing is."""
        if self._running.is_busy or self._asked is None or self._asked.task != task:
            return ""
        before = self._before(self._asked)
        if before is None:
            return ""
        if before.facts.get("rows") == 0:
            return tr("It found nothing with these settings. Run it again all the same?")
        return tr("This was done with the same molecules and settings. Run it again all the same?")

    def _before(self, planned: Run) -> Run | None:
        """The run that did the same, of no fewer molecules than there are now."""
        project, count = self._model.project, len(self._model.molecules)
        runs = () if project is None else project.runs
        same = (one for one in runs if one.is_whole and one.wish == planned.wish)
        return next((one for one in same if _covers(one, count)), None)


def _covers(run: Run, count: int) -> bool:
    """Whether a run has told of all of so many molecules; rows that are not read yet are not missed."""
    rows = told_of(run).rows
    return run.makes or run.places is not None or not count or rows is None or rows >= count
