"""Lists the molecules that a project was given before anything has looked at them. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from medapp.ui.text import tr

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.jobs import JobHandle
    from medapp.jobs.local import LocalContext
    from medapp.services.molecule_project import Project
    from medapp.ui.molecules.columns import Molecules
    from medapp.ui.molecules.model import MoleculesModel
    from medapp.ui.molecules.reading import RowsReader
    from medapp.ui.shell.session import Session

_POLL_MS = 200


class ListingModel(QObject):
    """Reads the file of the project in view in a job; its rows stream into the table."""

    changed = Signal()

    def __init__(self, session: Session, model: MoleculesModel) -> None:
        """List what `model` is given."""
        super().__init__(model)
        self._session, self._model = session, model
        self._seen: Molecules = model.molecules
        self._reader: RowsReader | None = None
        self._jobs: dict[Path, JobHandle] = {}
        self._poll = QTimer(self, interval=_POLL_MS)
        self._poll.timeout.connect(self._look)
        model.projectChanged.connect(self._follow)

    @property
    def is_busy(self) -> bool:
        """Whether the molecules in view are still being read."""
        project = self._model.project
        return project is not None and project.folder in self._jobs

    def close(self) -> None:
        """Read no more."""
        self._poll.stop()

    def _follow(self) -> None:
        """Begin with another project; a run more changes nothing."""
        from medapp.services.molecule_given import as_run

        model = self._model
        if model.molecules is self._seen:
            return
        self._seen, self._reader = model.molecules, None
        self._poll.stop()
        project = model.project
        if project is not None and project.source:
            if project.folder not in self._jobs:
                self._begin(project)
            self._reader = model.read(as_run())
            self._poll.start()
        self.changed.emit()

    def _begin(self, project: Project) -> None:
        from medapp.services.molecule_given import as_run

        source, rows, session = project.source_path, project.rows_path(as_run()), self._session

        def work(job: LocalContext) -> str:
            from medapp.api.context import TaskRefused
            from medapp.services.molecule_given import list_given

            assert source is not None  # noqa: S101 - projects without one are not listed
            try:
                list_given(source, rows, job)
            except TaskRefused as refusal:
                return str(refusal)
            return ""

        def done(refused: str) -> None:
            if self._end(project.folder) and refused:
                session.refuse(tr("{file} cannot be read: {reason}.", file=project.name, reason=refused))

        def failed(error: Exception) -> None:
            if self._end(project.folder):
                session.fail(
                    error, tr("The molecules of {file} cannot be listed.", file=project.name),
                    cancelled=tr("Reading was ended; opening the project again goes on with it."),
                )  # fmt: skip

        handle = session.app.jobs.submit_local(tr("Read {file}", file=project.name), work)
        self._jobs[project.folder] = handle
        session.jobs.watch(handle, done, failed)

    def _look(self) -> None:
        if self._reader is not None:
            self._reader.more()

    def _end(self, folder: Path) -> bool:
        """Reading a project has ended; return whether it is the one in view."""
        self._jobs.pop(folder, None)
        project = self._model.project
        is_here = project is not None and project.folder == folder
        if self._reader is not None and is_here:
            self._poll.stop()
            self._reader.finish(self.changed.emit)
        self.changed.emit()
        return is_here
