"""The one window: banner, rail, workspace, inspector, jobs bar, and the library over the left side."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QSplitter, QStackedWidget, QStyle, QVBoxLayout, QWidget

from medapp.ui.jobs.bar import JobsBar
from medapp.ui.library.model import LibraryModel
from medapp.ui.models.panel import ModelsPanel
from medapp.ui.results.panel import ResultsPanel
from medapp.ui.shell.banner import PatientBanner, not_for_diagnosis
from medapp.ui.shell.banner_record import BannerRecord
from medapp.ui.shell.drop import DropArea
from medapp.ui.shell.inspector import Inspector
from medapp.ui.shell.message_line import MessageLine
from medapp.ui.shell.opening import Opening
from medapp.ui.shell.patient_opener import open_patient
from medapp.ui.shell.places import Places
from medapp.ui.shell.problem_dialog import ProblemDialog
from medapp.ui.shell.rail import Rail
from medapp.ui.shell.session import Session
from medapp.ui.shell.waiting import Waiting
from medapp.ui.shell.welcome import WelcomePage
from medapp.ui.shell.widgets import row
from medapp.ui.shell.workspaces import Workspaces
from medapp.ui.style import tokens
from medapp.ui.text import tr
from medapp.ui.wording import person_name

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QResizeEvent

    from medapp.domain.patient import Patient
    from medapp.services.app import App
    from medapp.ui.library.drawer import LibraryDrawer
    from medapp.ui.shell.findings import FindingsPage
    from medapp.ui.shell.message import Message
    from medapp.ui.shell.problem import Problem
    from medapp.ui.shell.reading import ReadPage
    from medapp.ui.shell.record import RecordPage
    from medapp.ui.shell.workspaces import Workspace

_SMALLEST = (1024, 640)
_FIRST = (1440, 900)


class MainWindow(QMainWindow):
    """Puts the parts together; what they show lies in `session` and their models."""

    workspaceReady = Signal()

    def __init__(self, app: App) -> None:
        """Make the frame; nothing of `app` is opened before `start`."""
        super().__init__()
        self.session = Session(app, self)
        self.library_model = LibraryModel(self.session)
        self.banner = PatientBanner()
        self._banner_record = BannerRecord(self.session, self.banner)
        self.rail = Rail()
        self.jobs_bar = JobsBar(self.session.jobs)
        self.results_panel = ResultsPanel(self.session)
        self.models_panel = ModelsPanel(self.session, self.results_panel.model)
        self.inspector = Inspector(self.results_panel, self.models_panel)
        self.welcome = WelcomePage()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.welcome)
        self.opening = Opening(self.session, self.pages)
        self.places = Places(self.session, self.pages, self)
        self.cohort = self.places.cohort
        self.workspaces = Workspaces(
            self.session, self.library_model, self.results_panel.model, self.pages, self
        )
        self.dialogs: list[ProblemDialog] = []
        self._person = ""
        self._arrange()
        self.drop = DropArea(self)
        self.message_line = MessageLine(self.centralWidget())
        self.waiting = Waiting(self.session, self)
        self.waiting.attach(self.jobs_bar)
        self._connect()
        self.setWindowTitle(_title(None))
        _fit_screen(self)

    def start(self) -> None:
        """Open the library, then get the Read workspace ready, after the first paint."""
        self.session.start()
        QTimer.singleShot(0, self.reading)

    def reading(self) -> ReadPage:
        """The Read page, made when it is first asked for."""
        return self.workspaces.reading()

    def record(self) -> RecordPage:
        """The Record page, made when it is first asked for."""
        return self.workspaces.record()

    def findings(self) -> FindingsPage:
        """The Findings page, made when it is first asked for."""
        return self.workspaces.findings()

    @property
    def read_page(self) -> ReadPage | None:
        """The Read page; None before it was made."""
        return self.workspaces.read_page

    @property
    def record_page(self) -> RecordPage | None:
        """The Record page; None before it was made."""
        return self.workspaces.record_page

    @property
    def findings_page(self) -> FindingsPage | None:
        """The Findings page; None before it was made."""
        return self.workspaces.findings_page

    @cached_property
    def drawer(self) -> LibraryDrawer:
        """The library over the left side, hidden; made when it is first asked for."""
        from medapp.ui.library.drawer import LibraryDrawer

        drawer = LibraryDrawer(self.library_model, self.centralWidget())
        drawer.hide()
        self.cohort.attach(drawer)
        self.waiting.attach(drawer)
        drawer.importRequested.connect(self.session.import_paths)
        drawer.sampleRequested.connect(self.session.open_sample)
        drawer.closeRequested.connect(lambda: self.show_library(False))
        drawer.seriesChosen.connect(self.workspaces.show_series)
        drawer.personChosen.connect(self._open_person)
        return drawer

    # ---- parts ----------------------------------------------------------------------------------------
    def _arrange(self) -> None:
        look = tokens.current()
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(look.border_width)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.pages)
        self.splitter.addWidget(self.inspector)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 0)
        self.inspector.setMinimumWidth(look.inspector_width - 8 * tokens.GRID)
        self.splitter.setSizes([_FIRST[0] - look.inspector_width, look.inspector_width])
        middle = row(gap=0)
        middle.addWidget(self.rail)
        middle.addWidget(self.splitter, 1)
        self._body = QWidget()
        self._body.setLayout(middle)
        outer = QVBoxLayout()
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.banner)
        outer.addWidget(self._body, 1)
        outer.addWidget(self.jobs_bar)
        central = QWidget()
        central.setLayout(outer)
        self.setCentralWidget(central)

    def _connect(self) -> None:
        session = self.session
        self.places.changed.connect(self._show_page)
        self.opening.ended.connect(self._show_page)
        self.rail.evaluateRequested.connect(self._evaluate)
        session.patientChanged.connect(self._show_patient)
        session.activeChanged.connect(self.inspector.image.set_series)
        self.inspector.image.studyRequested.connect(self.workspaces.show_study)
        session.problem.connect(self.show_problem)
        session.told.connect(self._say)
        self._connect_workspaces()
        session.libraryChanged.connect(self._show_summary)
        self.results_panel.model.changed.connect(self._show_result_count)
        self.results_panel.stored.changed.connect(self._show_result_count)
        self.library_model.patientsChanged.connect(self._show_summary)
        self.library_model.queryChanged.connect(self._show_summary)
        self.library_model.recentChanged.connect(lambda: self.welcome.set_recent(self.library_model.recent))
        self.banner.searchRequested.connect(self.search)
        self.rail.libraryToggled.connect(self.show_library)
        self.rail.workspaceRequested.connect(self.show_workspace)
        self.rail.preferencesRequested.connect(self.show_preferences)
        self.rail.aboutRequested.connect(self.show_about)
        self.welcome.sampleRequested.connect(session.open_sample)
        self.welcome.folderRequested.connect(lambda: self._ask_for("folder"))
        self.welcome.filesRequested.connect(lambda: self._ask_for("files"))
        self.welcome.pathsRequested.connect(lambda paths: session.import_paths(paths, show=True))
        self.drop.dropped.connect(session.import_paths)
        QShortcut(QKeySequence(tr("Ctrl+K")), self, self.search)
        self._show_summary()

    def _evaluate(self) -> None:
        self.show_library(False)
        self.places.evaluate()

    def _connect_workspaces(self) -> None:
        workspaces = self.workspaces
        self.models_panel.findingsRequested.connect(workspaces.ask_in_findings)
        workspaces.shown.connect(self._workspace_shown)
        workspaces.made.connect(lambda name: self.workspaceReady.emit() if name == "read" else None)
        workspaces.fullScreenWanted.connect(self.toggle_full_screen)
        workspaces.filesWanted.connect(lambda: self._ask_for("files"))
        workspaces.settingsWanted.connect(lambda: self.show_preferences(tables=True))
        workspaces.inbox.changed.connect(
            lambda: self.rail.set_count("findings", workspaces.inbox.unread, tr("unread"))
        )

    # ---- what changes ---------------------------------------------------------------------------------
    def _show_patient(self, patient: Patient | None, study_date: str) -> None:
        if self.session.patient_key != self._person:
            self._person = self.session.patient_key
            self.message_line.leave_patient()
        self.banner.set_patient(patient, study_date)
        self._banner_record.ask()
        self.setWindowTitle(_title(patient))
        if patient is not None and not self.session.study:
            self.workspaces.name = "record"
        if self.workspaces.name == "record" and self.record_page is None and patient is not None:
            self.opening.make_ready(self._show_page)
        else:
            self._show_page()

    def show_workspace(self, name: Workspace) -> None:
        """Go to a workspace, of whoever is chosen in the library over it; that closes."""
        if self._has_drawer and self.drawer.isVisible():
            self.drawer.open_chosen(self.session.patient_key)
        self.workspaces.show(name)

    def _workspace_shown(self) -> None:
        self.places.leave()
        self._show_page()
        self.show_library(False)

    def _show_page(self) -> None:
        placed = self.places.page
        asks = placed is not None
        beside = self.workspaces.has_inspector or self.workspaces.lack_patient
        self.banner.set_at_study(self.workspaces.name == "read" and not asks)
        self.rail.show_workspace("" if asks else self.workspaces.name)
        self.inspector.setVisible(not asks and beside)
        self.pages.setCurrentWidget(placed or self._page())

    def _page(self) -> QWidget:
        if self.opening.is_on:
            return self.opening.page
        return self.welcome if self.workspaces.lack_patient else self.workspaces.page

    def _say(self, message: Message) -> None:
        self.message_line.say(message)
        self._place_message()

    def _place_message(self) -> None:
        body = self._body.geometry()
        left = body.left() + self.rail.width()
        self.message_line.place(QRect(left, body.top(), self.pages.width(), body.height()))

    def _show_summary(self) -> None:
        searching = self._has_drawer and self.drawer.isVisible()
        self.jobs_bar.set_library(self.library_model.foot(searching=searching))

    def _show_result_count(self) -> None:
        panel = self.results_panel
        self.inspector.results_section.set_count(len(panel.model.items) + len(panel.stored.offered))

    def show_problem(self, problem: Problem) -> ProblemDialog:
        """Show what went wrong."""
        dialog = ProblemDialog(problem, self)
        self.dialogs.append(dialog)
        dialog.finished.connect(lambda _: self.dialogs.remove(dialog))
        dialog.open()
        return dialog

    # ---- library --------------------------------------------------------------------------------------
    def show_library(self, shown: bool) -> None:
        """Open the library over the left side, or close it."""
        self.rail.library.blockSignals(True)
        self.rail.library.setChecked(shown)
        self.rail.library.blockSignals(False)
        if shown or self._has_drawer:
            self._place_drawer()
            self.drawer.setVisible(shown)
            self.welcome.keep_clear(self.drawer.width() if shown else 0)
        self._show_summary()
        if shown:
            self.drawer.raise_()
            self.drawer.focus_search()
        elif self.read_page is not None and self.workspaces.name == "read":
            self.read_page.workspace.setFocus()

    def _open_person(self, key: str) -> None:
        """Show somebody's record or images, and nothing over it."""
        open_patient(self.session, key)
        self.show_library(False)

    def _ask_for(self, what: Literal["folder", "files"]) -> None:
        ask = self.drawer.ask_folder if what == "folder" else self.drawer.ask_files
        ask()

    def search(self) -> None:
        """Open the library with the search box ready."""
        self.show_library(True)

    @property
    def _has_drawer(self) -> bool:
        return "drawer" in self.__dict__

    def _place_drawer(self) -> None:
        body = self._body.geometry()
        width = min(tokens.current().drawer_width, body.width() - self.rail.width())
        self.drawer.setGeometry(QRect(body.left() + self.rail.width(), body.top(), width, body.height()))

    # ---- dialogs --------------------------------------------------------------------------------------
    def show_about(self) -> None:
        """Version, licence, intended use."""
        from medapp.ui.shell.about import AboutDialog

        AboutDialog(self).open()

    def show_preferences(self, *, tables: bool = False) -> None:
        """Keys, presets, hanging rules, look and language; `tables` shows where those of medicines are."""
        from medapp.ui.settings_dialog import SettingsDialog
        from medapp.ui.settings_tables import TablesPage

        dialog = SettingsDialog(self.session.app.paths.config, self.reading().workspace, self)
        dialog.add_page(tr("Tables of medicines"), TablesPage(self.session), shown=tables)
        dialog.open()

    def toggle_full_screen(self) -> None:
        """Full screen and back."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    # ---- events ---------------------------------------------------------------------------------------
    def resizeEvent(self, event: QResizeEvent) -> None:
        """The library keeps to the height of the workspace."""
        super().resizeEvent(event)
        self._place_message()
        if self._has_drawer:
            self._place_drawer()
            self.welcome.keep_clear(self.drawer.width() if self.drawer.isVisible() else 0)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop listening; jobs are ended by whoever opened the app."""
        self.results_panel.model.close()
        self.waiting.close()
        self.workspaces.close()
        self.session.close()
        super().closeEvent(event)


def _title(patient: Patient | None) -> str:
    mark = f"medapp – {not_for_diagnosis()}"
    return mark if patient is None else f"{person_name(patient.name)} – {mark}"


def _fit_screen(window: MainWindow) -> None:
    """Take the first size, or less where the screen, without bars of the system, has less room."""
    available = window.screen().availableGeometry()
    title_bar = window.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight)
    room = available.size() - QSize(0, title_bar)
    window.setMinimumSize(QSize(*_SMALLEST).boundedTo(room))
    window.resize(QSize(*_FIRST).boundedTo(room))
    if window.size() != QSize(*_FIRST):
        # Left to itself, a window that fills the screen may be put beyond its edge.
        window.move(available.topLeft())
