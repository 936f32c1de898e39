"""Load a series slice by slice, the wanted one first, into one array in which nothing is copied twice."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.formats.dicom import meaning
from medapp.formats.dicom.codecs import as_stored, format_of
from medapp.formats.dicom.decode import FileFrames
from medapp.formats.dicom.load_plan import empty_volume, overlay_of_frame, plan_for
from medapp.formats.dicom.native import PLAIN_TAGS, is_plain, plain_facts, read_into, read_open_into
from medapp.formats.dicom.tables import apply_table
from medapp.formats.dicom.walk import header_in, open_file, outline_in, read_header, source_of
from medapp.formats.errors import MALFORMED, UNREADABLE, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from medapp.domain.patient import Series
    from medapp.domain.volume import Volume
    from medapp.formats.dicom.codecs import PixelFormat
    from medapp.formats.dicom.header import Header
    from medapp.formats.dicom.load_plan import LoadPlan
    from medapp.formats.dicom.outline import Outline

_OPEN_FILES: Final = 4
_MOST_THREADS: Final = 4
_HUGE_PAGE: Final = 2 << 20
_LARGEST_BLOCK: Final = 16


class VolumeLoad:
    """A series that can be looked at while it is read.

    Attributes:
        series: What is loaded.
        volume: Its array is filled in place; slices not read yet are zero.
        loaded: True per slice that has been read.
        failed: Reason by slice index that could not be read; the same mapping as ``volume.failed``.
    """

    def __init__(self, series: Series, volume: Volume, plan: LoadPlan) -> None:
        """See `open_volume`."""
        self.series = series
        self.volume = volume
        self.loaded = np.zeros(len(plan.slots), bool)
        self.failed: dict[int, str] = volume.failed  # type: ignore[assignment]
        self._plan = plan
        self._array: NDArray[Any] = volume.array
        self._taken = bytearray(len(plan.slots))
        self._wanted = len(plan.slots) // 2
        self._around = self._wanted, self._wanted
        self._block = 1
        self._alike: tuple[object, ...] | None = None
        self._form = plan.form
        self._outlines: set[Outline] = set()
        self._one_each = len({path for path, _ in plan.slots}) == len(plan.slots)
        self._lock = threading.Lock()
        self._files: OrderedDict[Path, FileFrames] = OrderedDict()

    @property
    def complete(self) -> bool:
        """True once every slice has been read or has failed."""
        return int(self.loaded.sum()) + len(self.failed) >= len(self.loaded)

    def prefer(self, k: int) -> None:
        """Read this slice next, and its neighbours after it."""
        with self._lock:
            self._wanted = min(max(k, 0), len(self._taken) - 1)
            self._around = self._wanted, self._wanted

    def run(
        self,
        check: Callable[[], None] | None = None,
        progress: Callable[[float], None] | None = None,
        threads: int | None = None,
    ) -> Volume:
        """Read what has not been read; slices that cannot be are named in `failed`.

        Args:
            check: Called before every slice; what it raises ends the loading and is raised here.
            progress: Called with the share of slices that are done.
            threads: Readers; two to four by default, as many as there are cores.
        """
        count = threads or min(max(os.cpu_count() or 1, 2), _MOST_THREADS)
        if len(self._taken) == 1:
            count = 1
        if count == 1:
            self._serve(check, progress)
            return self.volume
        with ThreadPoolExecutor(count, thread_name_prefix="read") as pool:
            for future in [pool.submit(self._serve, check, progress) for _ in range(count)]:
                future.result()
        return self.volume

    def read_slice(self, k: int) -> None:
        """Read one slice now, in this thread."""
        with self._lock:
            if self._taken[k]:
                return
            self._taken[k] = True
        self._read(k)

    def _serve(self, check: Callable[[], None] | None, progress: Callable[[float], None] | None) -> None:
        while block := self._next():
            for place, k in enumerate(block):
                try:
                    if check is not None:
                        check()
                except BaseException:
                    self._give_back(block[place:])
                    raise
                self._read(k)
                if progress is not None:
                    progress(sum(self._taken) / len(self._taken))

    def _give_back(self, slices: list[int]) -> None:
        with self._lock:
            for k in slices:
                self._taken[k] = False
            self._around = self._wanted, self._wanted

    def _next(self) -> list[int]:
        """The slice nearest to the wanted one that nobody has taken, and those that share its memory pages.

        Two readers in one page would each wait for the other, or fill it with zeros twice.
        """
        with self._lock:
            taken, count = self._taken, len(self._taken)
            below, above = self._around
            while below >= 0 and taken[below]:
                below -= 1
            while above < count and taken[above]:
                above += 1
            self._around = below, above
            if below < 0 and above >= count:
                return []
            is_below = below >= 0 and (above >= count or self._wanted - below <= above - self._wanted)
            k = below if is_below else above
            first = k - k % self._block
            block = [one for one in range(first, min(first + self._block, count)) if not taken[one]]
            for one in block:
                taken[one] = True
            return sorted(block, key=lambda one: abs(one - k))

    def _read(self, k: int) -> None:
        try:
            self._fill(k)
        except UnreadableError as error:
            self._fail(k, error.reason)
        except (OSError, ValueError, OverflowError, MemoryError) as error:
            self._fail(k, f"{type(error).__name__}: {error}")
        else:
            self.loaded[k] = True

    def _fail(self, k: int, reason: str) -> None:
        low = self.volume.padding[0] if self.volume.padding is not None else 0
        self._array[k] = low
        self.failed[k] = reason

    def _fill(self, k: int) -> None:
        plan, (path, frame) = self._plan, self._plan.slots[k]
        if self._alike is not None and self._read_alike(k, path):
            return
        file = self._file(path)
        header = file.header
        if (header.rows, header.columns) != self._array.shape[1:3]:
            reason = f"it has {header.rows} x {header.columns} pixels, the series {self._array.shape[1:3]}"
            raise UnreadableError(MALFORMED, reason)
        if plan.has_overlays:
            self._take_overlays(k, header, frame)
        if plan.is_color:
            self._array[k] = file.rgb(frame)
            return
        if file.form.samples > 1 or file.form.photometric == "PALETTE COLOR":
            raise UnreadableError(MALFORMED, "it is in colour, the series is not")
        scale = meaning.rescale(header, frame) if plan.checked or plan.varies else plan.scale
        if plan.checked and not plan.varies and not _same_scale(scale, plan.scale):
            raise UnreadableError(MALFORMED, "its rescale differs from that of the series")
        if plan.varies and scale.unit is None and plan.unit is not None:
            raise UnreadableError(MALFORMED, "its values have no unit, those of the series have one")
        if is_plain(header, file.form) and self._array.dtype == file.form.dtype and plan.table is None:
            self._read_plain(k, file, frame)
            return
        self._place(k, file.stored(frame), scale)

    def _read_plain(self, k: int, file: FileFrames, frame: int) -> None:
        plane = self._array[k]
        read_into(file.header.path, (file.header.pixel_offset or 0) + frame * plane.nbytes, plane)
        _settle(plane, file.form)
        with self._lock:
            if self._alike is None and self._one_each and not self._plan.has_overlays:
                self._form = file.form
                self._alike = plain_facts(file.header)
                self._block = min(max(_HUGE_PAGE // plane.nbytes, 1), _LARGEST_BLOCK)

    def _read_alike(self, k: int, path: Path) -> bool:
        """Read a slice of which the header says what another has said, for which all was checked.

        Returns:
            False where it says something else; the slice is then still to be read.
        """
        plane = self._array[k]
        fd = open_file(path)
        try:
            source = source_of(fd)
            outline = outline_in(source)
            if outline is not None and outline in self._outlines:
                offset = outline.pixel_offset
            else:
                header = header_in(source, path, outline)
                if header.pixel_offset is None or plain_facts(header) != self._alike:
                    return False
                offset = header.pixel_offset
                if outline is not None and outline.settles(PLAIN_TAGS):
                    self._outlines.add(outline)
            read_open_into(fd, offset, plane)
        finally:
            os.close(fd)
        _settle(plane, self._form)
        return True

    def _place(self, k: int, stored: NDArray[Any], scale: meaning.Rescale) -> None:
        plan, plane = self._plan, self._array[k]
        if plan.table is not None:
            plane[...] = apply_table(stored, plan.table)
        elif plan.as_real:
            real = (stored.astype(np.float64) * scale.slope + scale.intercept) * plan.factor
            if not (np.abs(real) <= np.finfo(np.float32).max).all():
                raise UnreadableError(MALFORMED, "it holds values that are no numbers, or too large")
            plane[...] = real
        else:
            _refuse_wider(stored, plane.dtype)
            plane[...] = stored

    def _take_overlays(self, k: int, header: Header, frame: int) -> None:
        plane = overlay_of_frame(header, self._plan, frame)
        if plane is not None:
            self.volume.overlays[k] = plane  # type: ignore[index]

    def _file(self, path: Path) -> FileFrames:
        with self._lock:
            found = self._files.get(path)
        if found is not None:
            return found
        file = FileFrames(read_header(path), self._plan.palette)
        with self._lock:
            file = self._files.setdefault(path, file)
            while len(self._files) > _OPEN_FILES:
                self._files.popitem(last=False)
        return file


def _settle(plane: NDArray[Any], form: PixelFormat) -> None:
    """Leave stored values only in a plane that holds the words of a file."""
    if form.bits_stored == form.bits_allocated:
        return
    values = as_stored(plane, form)
    if values is not plane:
        plane[...] = values


def _same_scale(one: meaning.Rescale, other: meaning.Rescale) -> bool:
    return one.slope == other.slope and one.intercept == other.intercept


def _refuse_wider(stored: NDArray[Any], kind: np.dtype[Any]) -> None:
    """Refuse values that the array's type cannot hold: a file among others that was written differently."""
    if stored.dtype.kind == "f":
        raise UnreadableError(MALFORMED, "it holds floating point values, the series does not")
    if not np.can_cast(stored.dtype, kind, "safe") and stored.size:
        info = np.iinfo(kind.name)
        if stored.min() < info.min or stored.max() > info.max:
            raise UnreadableError(MALFORMED, "its values do not fit the type of the series")


def open_volume(series: Series) -> VolumeLoad:
    """Prepare to load a series: reads one header, allocates, decodes nothing.

    Raises:
        UnreadableError: Where no file of it can be read, it has no pixels, or they do not fit in memory.
    """
    header = _first_header(series)
    plan = plan_for(series, header)
    return VolumeLoad(series, empty_volume(series, header, plan), plan)


def load_volume(series: Series, check: Callable[[], None] | None = None) -> Volume:
    """Load a series whole.

    Raises:
        UnreadableError: As `open_volume`. Slices that fail are named in ``failed`` of the volume.
    """
    return open_volume(series).run(check)


def _first_header(series: Series) -> Header:
    """The first header that can be read and has pixels."""
    last: UnreadableError | None = None
    for path in dict.fromkeys(one.path for one in series.instances):
        try:
            header = read_header(path)
        except UnreadableError as error:
            last = error
            continue
        except OSError as error:
            last = UnreadableError(UNREADABLE, str(error))
            continue
        if header.has_pixels and header.rows and header.columns and format_of(header).bits_allocated:
            return header
        last = UnreadableError(MALFORMED, "the file has no pixels")
    raise last or UnreadableError(MALFORMED, "the series has no files")
