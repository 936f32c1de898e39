"""The workspaces of the window: their pages, made when they are first asked for, and the ways between them.

A new workspace is a line in `places` and a function that makes its page: window and rail take it from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

from medapp.ui.binding import swift_imports
from medapp.ui.findings.model import FindingsModel
from medapp.ui.shell.following import Following
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QStackedWidget, QWidget

    from medapp.ui.library.model import LibraryModel
    from medapp.ui.results.model import ResultsModel
    from medapp.ui.shell.findings import FindingsPage
    from medapp.ui.shell.molecules import MoleculesPage
    from medapp.ui.shell.plan import PlanPage
    from medapp.ui.shell.reading import ReadPage
    from medapp.ui.shell.record import RecordPage
    from medapp.ui.shell.session import Session

Workspace = Literal["read", "record", "findings", "molecules", "plan"]


@dataclass(frozen=True)
class Place:
    """A workspace as the rail shows it.

    Attributes:
        icon: Its name in Material Design Icons.
        inspector: Whether the panel of the image, its results and its models stands beside it.
        needs_patient: Whether there is nothing to show on it with nobody in focus.
    """

    name: Workspace
    icon: str
    title: str
    tip: str
    inspector: bool = False
    needs_patient: bool = True


def places() -> tuple[Place, ...]:
    """All workspaces, in the order of the rail."""
    return (
        Place("read", "radiology-box-outline", tr("Read"), tr("Look at the images"), inspector=True),
        Place("record", "clipboard-text-clock-outline", tr("Record"), tr("Time line, labs, genome")),
        Place(
            "findings", "text-box-search-outline", tr("Findings"),
            tr("What models say, to accept, correct or reject"),
        ),
        Place(
            "molecules", "flask-outline", tr("Molecules"),
            tr("Screen molecules, follow them through the body"), needs_patient=False,
        ),
        Place("plan", "clipboard-check-outline", tr("Plan"), tr("Medicines, checks, treatment plans")),
    )  # fmt: skip


class Workspaces(QObject):
    """A part of the window.

    Attributes:
        name: The workspace that is chosen.
        following: Sees what was written to the library elsewhere.
        inbox: What models say of the patient in focus; known before the page of it is made.
        read_page, record_page, findings_page, molecules_page, plan_page: None before they are first asked
            for.
    """

    shown = Signal()
    """Another workspace was asked for, or the same again."""
    made = Signal(str)
    fullScreenWanted = Signal()
    filesWanted = Signal()
    settingsWanted = Signal()

    def __init__(
        self,
        session: Session,
        library: LibraryModel,
        results: ResultsModel,
        pages: QStackedWidget,
        parent: QObject,
    ) -> None:
        """Pages are put among `pages`."""
        super().__init__(parent)
        self._session, self._library, self._results, self._pages = session, library, results, pages
        self._makers: dict[Workspace, Callable[[], QWidget]] = {
            "read": self.reading,
            "record": self.record,
            "findings": self.findings,
            "molecules": self.molecules,
            "plan": self.plan,
        }
        self.name: Workspace = "read"
        self.inbox = FindingsModel(session)
        self.following = Following(session)
        self.inbox.arrived.connect(lambda: self.show("findings"))
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._came_back)
        self.read_page: ReadPage | None = None
        self.record_page: RecordPage | None = None
        self.findings_page: FindingsPage | None = None
        self.molecules_page: MoleculesPage | None = None
        self.plan_page: PlanPage | None = None

    @property
    def page(self) -> QWidget:
        """The page of the chosen workspace."""
        return self._makers[self.name]()

    @property
    def has_inspector(self) -> bool:
        """Whether the inspector stands beside the chosen workspace."""
        return any(place.inspector for place in places() if place.name == self.name)

    @property
    def lack_patient(self) -> bool:
        """Whether nobody is in focus, and the chosen workspace shows nothing then."""
        needs = all(place.needs_patient for place in places() if place.name == self.name)
        return needs and self._session.patient is None

    def close(self) -> None:
        """The window closes."""
        if self.molecules_page is not None:
            self.molecules_page.close_models()

    def show(self, name: Workspace) -> None:
        """Go to a workspace."""
        self.name = name
        self.shown.emit()

    # ---- pages ----------------------------------------------------------------------------------------
    def reading(self) -> ReadPage:
        """The Read page: its parts are not needed to show the frame."""
        if self.read_page is None:
            with swift_imports():
                from medapp.ui.shell.reading import ReadPage

            self.read_page = ReadPage(self._session, self._library, self._results)
            self.read_page.workspace.fullScreenWanted.connect(self.fullScreenWanted)
            self._add("read", self.read_page)
        return self.read_page

    def record(self) -> RecordPage:
        """The Record page."""
        if self.record_page is None:
            with swift_imports():
                from medapp.ui.findings.uses import EntryUses
                from medapp.ui.shell.record import RecordPage

            self.record_page = RecordPage(self._session)
            self.record_page.importRequested.connect(self.filesWanted)
            self.record_page.studyShown.connect(lambda _: self.show("read"))
            detail = self.record_page.workspace.detail
            detail.findingRequested.connect(self.show_finding)
            EntryUses(self.inbox, detail)
            self._add("record", self.record_page)
        return self.record_page

    def findings(self) -> FindingsPage:
        """The Findings page."""
        if self.findings_page is None:
            with swift_imports():
                from medapp.ui.shell.findings import FindingsPage

            self.findings_page = FindingsPage(self._session, self.inbox)
            self.findings_page.entryRequested.connect(self.show_entry)
            self.findings_page.imageRequested.connect(self.show_slice)
            self.findings_page.answerRequested.connect(self.show_answer)
            self._add("findings", self.findings_page)
        return self.findings_page

    def molecules(self) -> MoleculesPage:
        """The Molecules page."""
        if self.molecules_page is None:
            with swift_imports():
                from medapp.ui.shell.molecules import MoleculesPage

            self.molecules_page = MoleculesPage(self._session, self._pages)
            self.molecules_page.entryRequested.connect(self.show_entry)
            self._add("molecules", self.molecules_page)
        return self.molecules_page

    def plan(self) -> PlanPage:
        """The Plan page."""
        if self.plan_page is None:
            with swift_imports():
                from medapp.ui.shell.plan import PlanPage

            self.plan_page = PlanPage(self._session, self._pages)
            self.plan_page.entryRequested.connect(self.show_entry)
            self.plan_page.importRequested.connect(self.filesWanted)
            self.plan_page.settingsRequested.connect(self.settingsWanted)
            self._add("plan", self.plan_page)
        return self.plan_page

    def _add(self, name: Workspace, page: QWidget) -> None:
        self._pages.addWidget(page)
        self.made.emit(name)

    # ---- ways between them ----------------------------------------------------------------------------
    def show_series(self, key: str) -> None:
        """Show a series in Read."""
        self._session.open_series(key)
        self.show("read")

    def show_slice(self, series_key: str, place: int) -> None:
        """Show a slice of a series in Read."""
        self.reading().go_to(series_key, place)
        self.show_series(series_key)

    def show_entry(self, entry: str) -> None:
        """Show an entry in Record."""
        self.show("record")
        self.record().show_entry(entry)

    def show_study(self, uid: str) -> None:
        """Show a study on the time line of Record."""
        self.show("record")
        self.record().show_study(uid)

    def ask_in_findings(self, task: str) -> None:
        """Show the form of a task in Findings."""
        self.show("findings")
        self.findings().workspace.ask.unfold(task)

    def show_answer(self, patient: str, result: str) -> None:
        """Show an answer in Findings, and whom it is about where somebody else is in focus."""
        if patient == self._session.patient_key:
            self.show_finding(result)
            return
        from medapp.ui.shell.patient_opener import open_patient

        self.inbox.wait_for(result)
        open_patient(self._session, patient)

    def _came_back(self, state: Qt.ApplicationState) -> None:
        """Somebody was elsewhere, perhaps at the command line: what they decided there is shown."""
        if state == Qt.ApplicationState.ApplicationActive and self._session.is_ready:
            self.inbox.follow()
            self.following.look()

    def show_finding(self, result: str, finding: str = "") -> None:
        """Show a finding, or a whole answer, in Findings."""
        self.inbox.choose(result, finding)
        self.show("findings")
