"""Molecules that others are made from: fills the forms of the tasks that make some. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from medapp.ui.molecules.model import MoleculesModel
    from medapp.ui.molecules.running import RunningModel
    from medapp.ui.shell.session import Session

LIKE: Final = "like"
"""Parameter of a task: SMILES of a molecule to resemble."""
START: Final = "start"
"""Parameter of a task: a file of molecules to start from."""


class SeedingModel(QObject):
    """What is to be made from the molecules of the table."""

    asked = Signal(str, dict)
    """A task's id, and values of its form that shall be filled in."""
    changed = Signal()

    def __init__(self, session: Session, model: MoleculesModel, running: RunningModel) -> None:
        """Make from the molecules of `model`."""
        super().__init__(model)
        self._session, self._model, self._running = session, model, running
        for happened in (model.chosenChanged, model.shownChanged, running.changed):
            happened.connect(self.changed)

    # ---- what can be done -----------------------------------------------------------------------------
    @property
    def smiles(self) -> str:
        """Of the chosen molecule; empty where none is, or it is refused."""
        model = self._model
        return model.molecules.structure(model.chosen) if 0 <= model.chosen < len(model.molecules) else ""

    @property
    def can_resemble(self) -> bool:
        """Whether ones like the chosen molecule can be asked for."""
        return bool(self.smiles and self._task_with(LIKE))

    @property
    def can_start(self) -> bool:
        """Whether a search can be started from those that are shown."""
        return bool(len(self._model.shown) and self._task_with(START))

    def _task_with(self, parameter: str) -> str:
        """The first task that makes molecules and takes a parameter."""
        found = (
            one.task.id
            for one in self._running.fitting
            if one.task.molecules == "none" and parameter in one.task.parameters
        )
        return next(found, "")

    # ---- doing it -------------------------------------------------------------------------------------
    def make_like(self) -> None:
        """Ask for ones like the chosen molecule."""
        if self.can_resemble:
            self.asked.emit(self._task_with(LIKE), {LIKE: self.smiles})

    def start_from_shown(self) -> None:
        """Have a search start from those that are shown, but the refused: they are written to a file."""
        project, task, lines = self._model.project, self._task_with(START), self._lines()
        if project is None or not task:
            return
        if not lines:
            self._session.refuse(tr("All that are shown are refused: there is nothing to start from."))
            return

        def work() -> Path:
            from medapp.services.molecule_given import put_molecules

            return put_molecules(project, lines)

        self._session.background.run(
            work,
            lambda path: self.asked.emit(task, {START: str(path)}),
            lambda error: self._session.fail(error, tr("The molecules to start from cannot be written.")),
        )

    def _lines(self) -> Sequence[str]:
        molecules = self._model.molecules
        named = ((molecules.structure(at), molecules.names[at]) for at in self._model.shown.tolist())
        return [f"{smiles} {name}".rstrip() for smiles, name in named if smiles]
