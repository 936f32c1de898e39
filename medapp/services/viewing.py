"""Open a series for viewing: its pixels come slice by slice while it is already shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.formats.errors import UnreadableError

if TYPE_CHECKING:
    from medapp.domain.patient import Series
    from medapp.domain.volume import Volume
    from medapp.formats.dicom.load import VolumeLoad
    from medapp.jobs import JobHandle
    from medapp.jobs.local import LocalContext
    from medapp.services.app import App

_FIRST = 10
"""Priority: what the reader waits for comes before imports."""


def open_series(app: App, key: str) -> tuple[Series, VolumeLoad]:
    """Prepare a series of the library; nothing is decoded yet.

    Raises:
        KeyError: Where the library has no such series.
        UnreadableError: Where it cannot be shown, with the reason.
    """
    from medapp.formats.dicom.load import open_volume

    series = app.library.series(key)
    return series, open_volume(series)


def start_loading(app: App, load: VolumeLoad) -> JobHandle:
    """Read the slices in the background; the job's result is the volume."""

    def work(context: LocalContext) -> Volume:
        return load.run(context.check_cancelled, context.progress)

    return app.jobs.submit_local(f"Load {load.series.title}", work, priority=_FIRST)


def thumbnail(app: App, key: str) -> bytes | None:
    """A small PNG of the middle of a series; made once and kept in the library.

    Returns:
        None for what has no picture, or one that cannot be read.
    """
    known = app.library.thumbnail(key)
    if known is not None:
        return known
    from medapp.formats.dicom.thumbnail import make_thumbnail

    try:
        png = make_thumbnail(app.library.series(key))
    except (UnreadableError, OSError):
        return None
    if png is not None:
        app.library.put_thumbnail(key, png)
    return png
