"""The Read page: the Read workspace with the session's series, its thumbnails and the results over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from medapp.domain.arrays import np
from medapp.ui.reading.settings import USER_FILE
from medapp.ui.reading.workspace import ReadWorkspace, ThumbnailItem
from medapp.ui.shell.widgets import column
from medapp.ui.style import tokens
from medapp.ui.wording import series_whole, tile_lines

if TYPE_CHECKING:
    from medapp.domain.patient import Patient, Series
    from medapp.ui.library.model import LibraryModel
    from medapp.ui.reading.reslice import Load
    from medapp.ui.results.model import ResultsModel
    from medapp.ui.shell.session import Session

_SYMBOLS = {"segmentation": "texture-box", "structures": "vector-polygon"}
_TILE_EDGE = 1 * tokens.GRID
_LISTED = frozenset({"volume", "stack", "segmentation", "structures"})


class ReadPage(QWidget):
    """Joins the workspace, which knows nothing of libraries, with what is in focus."""

    def __init__(self, session: Session, library: LibraryModel, results: ResultsModel) -> None:
        """Show what `session` has in focus already, and all that comes."""
        super().__init__()
        self._session = session
        self._library = library
        self._results = results
        self._person = session.patient_key
        self._wanted_slice = ("", 0)
        self.workspace = ReadWorkspace(settings_file=session.app.paths.config / USER_FILE)
        inner = column(gap=0)
        inner.addWidget(self.workspace)
        self.setLayout(inner)
        self._connect()
        self._fill_strip(session.study)
        session.when_ready(self.workspace.warm_up)

    def _connect(self) -> None:
        session, workspace, results = self._session, self.workspace, self._results
        session.patientChanged.connect(self._patient_changed)
        session.studyChanged.connect(self._fill_strip)
        session.seriesShown.connect(self._show)
        session.seriesFailed.connect(workspace.show_failure)
        session.loads.sliceLoaded.connect(workspace.slice_loaded)
        session.loads.in_view = self.keys_in_view
        workspace.seriesRequested.connect(session.open_series)
        workspace.activeSeriesChanged.connect(session.set_active)
        workspace.segmentationEdited.connect(results.edited)
        workspace.read.tool_changed.connect(lambda: results.brush_changed(workspace.read.tool == "brush"))
        self._library.thumbnailReady.connect(workspace.set_thumbnail)
        results.segmentationChanged.connect(workspace.set_segmentation)
        results.brushWanted.connect(self._brush)
        results.labelWanted.connect(workspace.go_to_label)
        results.attach_overlay(workspace.overlay)

    def keys_in_view(self) -> set[str]:
        """Series that some viewport shows."""
        return {viewport.key for viewport in self.workspace.read.viewports if viewport.key}

    def _patient_changed(self, patient: Patient | None, study_date: str) -> None:
        del patient, study_date
        if self._session.patient_key != self._person:
            self._person = self._session.patient_key
            self.workspace.clear()

    def _show(self, series: Series, load: Load) -> None:
        self.workspace.show_series(series, load)
        self._go_to_wanted()

    def go_to(self, series_key: str, place: int) -> None:
        """Show a slice of a series as soon as the series is shown, which somebody has to ask for.

        Args:
            series_key: Of the series.
            place: Along the first axis of its volume, as it was acquired.
        """
        # Not at once, where it is in view already: it comes anew, and would begin with its own slice.
        self._wanted_slice = (series_key, place)

    def _go_to_wanted(self) -> None:
        key, place = self._wanted_slice
        read = self.workspace.read
        for one in read.viewports:
            grid = one.grid
            if key and one.key == key and grid is not None and grid.acquisition:
                self._wanted_slice = ("", 0)
                # A plane may count its slices the other way round.
                _, _, index = grid.from_voxel(np.array((0.0, 0.0, float(place))))
                read.go_to_slice(one, min(max(round(index), 0), grid.count - 1))
                return

    def _fill_strip(self, study: tuple[Series, ...]) -> None:
        self.workspace.set_thumbnails(self._item(series) for series in study if series.kind in _LISTED)

    def _item(self, series: Series) -> ThumbnailItem:
        pictured = series.kind in {"volume", "stack"}
        first, second = tile_lines(series)
        return ThumbnailItem(
            series.key,
            self._cut(first),
            self._cut(second),
            self._library.picture(series.key) if pictured else None,
            series_whole(series),
            _SYMBOLS.get(series.kind, ""),
        )

    def _cut(self, text: str) -> str:
        """One line of a tile, cut in the middle: what differs stands at both ends."""
        strip = self.workspace.thumbnails
        room = strip.iconSize().width() + _TILE_EDGE
        return strip.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, room)

    def _brush(self, label: int) -> None:
        if label:
            self.workspace.start_brush(label)
        else:
            self.workspace.stop_brush()
