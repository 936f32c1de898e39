"""Takes answers out of the program: into a folder, as a table, onto the clipboard. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medapp.ui.text import tr

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.domain.finding import Finding
    from medapp.services.findings_export import ExportedAnswer
    from medapp.ui.findings.model import FindingsModel
    from medapp.ui.shell.session import Session


class ExportModel(QObject):
    """Writes what is chosen off the GUI thread, and tells where it lies."""

    exported = Signal(object)
    """Path of what was written."""

    def __init__(self, session: Session, findings: FindingsModel) -> None:
        """Take out what is chosen in `findings`."""
        super().__init__(findings)
        self._session, self._findings = session, findings

    def answer(self, folder: Path) -> None:
        """Write the chosen answer into a folder of its own below `folder`."""
        item, app = self._findings.item, self._session.app
        if item is None:
            return

        def work() -> ExportedAnswer:
            from medapp.services.findings_export import export_answer, subject_of

            return export_answer(item, subject_of(app.library, item), folder)

        def done(found: ExportedAnswer) -> None:
            told = tr("The answer was written to {folder}.", folder=found.folder)
            if found.fhir is None:
                told += " " + tr("There is no FHIR: nothing of it has been accepted.")
            self._session.tell(told)
            self.exported.emit(found.folder)

        self._session.background.run(
            work, done, lambda error: self._session.fail(error, tr("The answer cannot be exported."))
        )

    def table(self, findings: tuple[Finding, ...], path: Path) -> None:
        """Write findings of the chosen answer as CSV."""
        item = self._findings.item
        if item is None:
            return

        def work() -> Path:
            from medapp.services.csv_out import write_csv
            from medapp.services.findings_table import COLUMNS, finding_row

            write_csv(path, COLUMNS, (finding_row(item, one) for one in findings))
            return path

        def done(written: Path) -> None:
            self._session.tell(tr("{count} rows were written to {file}.", count=len(findings), file=written))
            self.exported.emit(written)

        self._session.background.run(
            work, done, lambda error: self._session.fail(error, tr("The table cannot be written."))
        )

    def csv(self, findings: tuple[Finding, ...]) -> str:
        """Findings of the chosen answer as CSV, for the clipboard."""
        from medapp.services.findings_table import findings_csv

        item = self._findings.item
        if item is None:
            return ""
        self._session.tell(tr("{count} rows were copied.", count=len(findings)))
        return findings_csv(item, findings)

    @property
    def file_name(self) -> str:
        """A name for a table of the chosen answer."""
        from medapp.services.findings_export import folder_name

        item = self._findings.item
        return "findings.csv" if item is None else f"{folder_name(item)}.csv"
