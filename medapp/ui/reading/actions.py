"""What the keys, the tool bar and the menus do, by the action's name in the key map."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from medapp.ui.reading import voi
from medapp.ui.reading.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from medapp.ui.reading.read_model import ReadModel
    from medapp.ui.reading.settings import Settings
    from medapp.ui.reading.viewport_model import ViewportModel
    from medapp.ui.reading.viewstate import ViewState

TOOLS = ("window", "zoom", "pan", "scroll", "distance", "angle", "roi", "probe", "crosshair", "brush")
_TEN = 10
_FAR = 10**9


class Actions:
    """The actions that need no widget. `run` answers False for those that are not its own."""

    def __init__(self, read: ReadModel, settings: Settings) -> None:
        """Act on the active viewport of `read`."""
        self._read = read
        self.settings = settings
        self._table: dict[str, Callable[[], None]] = {
            "slice_previous": partial(self._scroll, -1),
            "slice_next": partial(self._scroll, 1),
            "slice_back_ten": partial(self._scroll, -_TEN),
            "slice_on_ten": partial(self._scroll, _TEN),
            "slice_first": partial(self._scroll, -_FAR),
            "slice_last": partial(self._scroll, _FAR),
            "invert": lambda: self._change("invert", lambda s: replace(s, inverted=not s.inverted)),
            "rotate": lambda: self._change("rotate", lambda s: s.turn()),
            "flip_horizontal": lambda: self._change("flip", lambda s: s.flip_horizontally()),
            "flip_vertical": lambda: self._change("flip", lambda s: s.flip_vertically()),
            "reset_view": self._reset,
            "key_image": self._key_image,
            "undo": lambda: void(read.undo_stack.undo()),
            "redo": lambda: void(read.undo_stack.redo()),
            "brush_smaller": lambda: read.brush.resize(larger=False),
            "brush_larger": lambda: read.brush.resize(larger=True),
            "overlay_toggle": read.overlay.toggle,
            "delete_measurement": self._delete_measurement,
            **{f"tool_{tool}": partial(self._tool, tool) for tool in TOOLS},
            **{f"preset_{digit}": partial(self.preset, str(digit)) for digit in range(10)},
        }

    def run(self, action: str) -> bool:
        """Do an action by name."""
        function = self._table.get(action)
        if function is None:
            return False
        function()
        return True

    @property
    def _active(self) -> ViewportModel:
        return self._read.active

    def _scroll(self, slices: int) -> None:
        self._read.scroll(self._active, slices)

    def _change(self, title: str, step: Callable[[ViewState], ViewState]) -> None:
        if self._active.load is not None:
            self._read.change(self._active, title, step(self._active.state))

    def _reset(self) -> None:
        before = self._active.state
        self._active.reset()
        # The reader keeps his place: only the look is reset.
        self._active.set_state(replace(self._active.state, index=before.index))
        self._read.commit(self._active, "reset", before)

    def _tool(self, tool: str) -> None:
        if tool == "brush" and not self._read.brush.start(self._read.overlay.active_label):
            laid = self._read.overlay.segmentation
            overlapping = laid is not None and bool(laid.overlaps)
            needs = tr("The brush needs a segmentation: run a task, or open one")
            self._read.refused.emit(
                tr("Labels overlap: the brush cannot change them") if overlapping else needs
            )
            return
        self._read.set_tool(tool)

    def _key_image(self) -> None:
        if self._active.load is None:
            return
        self._read.key_images.symmetric_difference_update({(self._active.key, self._active.state.index)})
        self._active.changed.emit()

    def _delete_measurement(self) -> None:
        state = self._active.state
        found = self._read.measurements.on(self._active.key, state.plane, state.index)
        if found:
            self._read.measurements.remove(found[-1])

    def preset(self, key: str) -> None:
        """Set a window: 0 automatic, 1 and 2 the file's own, the others from the settings."""
        active = self._active
        if active.load is None:
            return
        if active.volume.is_color:
            self._read.refused.emit(tr("A colour image has no window"))
            return
        state = _own_window(active, key) if key in {"0", "1", "2"} else self._listed(active, key)
        if state is None:
            return
        self._read.change(active, "window", replace(state, preset=key))

    def _listed(self, active: ViewportModel, key: str) -> ViewState | None:
        preset = self.settings.preset(key)
        if preset is None:
            return None
        if preset.unit and preset.unit != active.volume.unit:
            sentence = tr("Preset {} is for images in {}").format(preset.name, preset.unit)
            self._read.refused.emit(sentence)
            return None
        return replace(active.state, window=preset.window)


def _own_window(active: ViewportModel, key: str) -> ViewState | None:
    volume = active.volume
    if key == "0":
        window = voi.automatic_window(volume, active.read_slices())
        return None if window is None else replace(active.state, window=window)
    number = int(key) - 1
    if volume.voi_lut is not None:
        if number == 0:
            return replace(active.state, window=None)
        number -= 1
    if number < len(volume.windows):
        return replace(active.state, window=volume.windows[number])
    return None


def void(result: object) -> None:
    """Drop a result."""
    del result
