"""Takes molecules out of the program. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from medapp.services.molecule_told import without_patient
from medapp.ui.text import tr

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.jobs import JobHandle
    from medapp.jobs.local import LocalContext
    from medapp.services.molecule_export import Format
    from medapp.ui.molecules.model import MoleculesModel
    from medapp.ui.shell.session import Session


class ExportModel(QObject):
    """Writes those that are shown, in their order, as a job; or a sheet of the chosen one."""

    def __init__(self, session: Session, model: MoleculesModel) -> None:
        """Take out of `model`."""
        super().__init__(model)
        self._session, self._model = session, model

    def write(self, path: Path, kind: Format) -> None:
        """Write those that are shown into a file."""
        from medapp.services.molecule_export import SUFFIXES

        model, session = self._model, self._session
        out = path if path.suffix else path.with_name(f"{path.name}{SUFFIXES[kind]}")
        if out.suffix.lower() != SUFFIXES[kind]:
            session.refuse(
                tr("{file} does not end in {ending}, which is what would be in it.", file=out.name,
                   ending=SUFFIXES[kind]),
                tr("Choose a name that ends in {ending}, or another way to export.", ending=SUFFIXES[kind]),
            )  # fmt: skip
            return
        if not len(model.shown):
            session.refuse(tr("There are no molecules to export."))
            return
        scratch, shown, place = session.app.paths.scratch, model.shown, model.placing()

        def work(job: LocalContext) -> int:
            from medapp.services.molecule_export import write_molecules

            molecules = [places for at in shown.tolist() if (places := place(at))]
            return write_molecules(molecules, out, kind, job, scratch)

        def done(count: int) -> None:
            session.tell(tr("{count} molecules were written to {file}.", count=count, file=out))

        def failed(error: Exception) -> None:
            session.fail(
                error, tr("The molecules cannot be exported."),
                cancelled=tr("The export was cancelled; there is no file of it."),
            )  # fmt: skip

        handle: JobHandle = session.app.jobs.submit_local(tr("Export molecules"), work)
        session.jobs.watch(handle, done, failed)

    def write_sheet(self, path: Path) -> None:
        """Write the chosen molecule as a PDF."""
        model, session, project = self._model, self._session, self._model.project
        places = model.places_of(model.chosen)
        if project is None or not places:
            return
        out = path if path.suffix else path.with_name(f"{path.name}.pdf")
        known = set(model.molecules.offsets_of(model.chosen))
        runs = [
            run if not run.subject or model.is_about_patient(run) else without_patient(run)
            for run in project.runs
            if run.id in known
        ]
        patient = session.patient

        def work() -> None:
            from medapp.services.molecule_export import row_of
            from medapp.services.molecule_pdf import write_sheet

            write_sheet(out, row_of(places), runs, patient)

        session.background.run(
            work,
            lambda _: session.tell(tr("The sheet was written to {file}.", file=out)),
            lambda error: session.fail(error, tr("The sheet cannot be written.")),
        )
