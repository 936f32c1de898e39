"""One frame of a file to stored values, or to RGB: the fast decoders first, the patient ones after them."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.formats.dicom import codecs
from medapp.formats.dicom.color import from_ybr, to_eight_bits
from medapp.formats.dicom.encapsulated import Fragments
from medapp.formats.dicom.isolated import decode_isolated
from medapp.formats.dicom.native import native_frame
from medapp.formats.dicom.stated_size import stated_size
from medapp.formats.errors import MALFORMED, UNREADABLE, UnreadableError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.formats.dicom.color import Palette
    from medapp.formats.dicom.header import Header

# These give RGB whatever colour model the file is written in, JPEG 2000 where its own transform was used.
_TURNS_TO_RGB: Final = frozenset(("1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"))
_TRANSFORMED: Final = frozenset(("YBR_ICT", "YBR_RCT"))
_PATIENCE_S: Final = 8.0
"""Time that frames of a file may take to be refused; the compressed ones after them are not tried."""
_CODEC_ERRORS: Final = (RuntimeError, ValueError, TypeError, MemoryError, OSError, IndexError)


class FileFrames:
    """Frames of one file."""

    def __init__(self, header: Header, palette: Palette | None = None) -> None:
        """Hold the header; nothing is read before a frame is asked for."""
        self.header = header
        self.form = codecs.format_of(header)
        self._palette = palette
        self._fragments: Fragments | None = None
        self._lost_s = 0.0
        self._one_at_a_time = threading.Lock()

    def stored(self, index: int) -> NDArray[Any]:
        """Stored values of a frame of grey, (rows, columns).

        Raises:
            UnreadableError: Where it cannot be decoded, with the reason.
        """
        values, _ = self._decoded(index)
        return values

    def rgb(self, index: int) -> NDArray[np.uint8]:
        """Colours of a frame, (rows, columns, 3).

        Raises:
            UnreadableError: Where it cannot be decoded, with the reason.
        """
        values, is_rgb = self._decoded(index)
        if self.form.photometric == "PALETTE COLOR" and self.form.samples == 1:
            if self._palette is None:
                raise UnreadableError(MALFORMED, "the palette that the colours come from is missing")
            return self._palette.apply(values)
        if values.ndim == 2:  # noqa: PLR2004 - grey among the colours of a series
            eight = to_eight_bits(values, self.form.bits_stored)
            return np.repeat(eight[..., None], 3, axis=2)
        eight = to_eight_bits(values[..., :3], self.form.bits_stored)
        if not is_rgb and self.form.photometric.startswith("YBR"):
            return from_ybr(eight)
        return eight

    def _decoded(self, index: int) -> tuple[NDArray[Any], bool]:
        """Values, and whether they are RGB already."""
        if not self.header.little and self.form.bits_allocated == 8:  # noqa: PLR2004
            # Bytes may be swapped in pairs, by a VR that the header does not keep.
            return self._isolated(index, "big endian bytes")
        if self.header.pixel_offset is not None:
            return native_frame(self.header, index), False
        if self.header.fragments_offset is None:
            return self._isolated(index, "there is no fast way")
        self._refuse_if_given_up()
        start = time.thread_time()
        try:
            return self._by_codec(index)
        except UnreadableError:
            raise
        except _CODEC_ERRORS as error:
            # Some decoders take seconds to find that a frame is damaged, however small it is.
            self._lost_s += time.thread_time() - start
            return self._isolated(index, f"{type(error).__name__}: {error}")

    def _by_codec(self, index: int) -> tuple[NDArray[Any], bool]:
        syntax = self.header.transfer_syntax_uid
        decoder = codecs.decoder_for(syntax)
        if decoder is None:
            return self._isolated(index, f"no decoder for transfer syntax {syntax}")
        if self._fragments is None:
            self._fragments = Fragments.of(self.header)
        data = self._fragments.frame(index)
        self._check_size(data)
        values = codecs.fit(decoder(data, self.form), self.form)
        return values, syntax in _TURNS_TO_RGB or self.form.photometric in _TRANSFORMED

    def _check_size(self, data: bytes) -> None:
        """Refuse a frame of another size than the header's before any decoder takes memory for it."""
        size = stated_size(data)
        if size is not None and size != (self.form.rows, self.form.columns):
            stated = f"{self.form.rows} x {self.form.columns}"
            reason = f"the frame is of {size[0]} x {size[1]}, the header says {stated}"
            raise UnreadableError(MALFORMED, reason)

    def _isolated(self, index: int, why: str) -> tuple[NDArray[Any], bool]:
        rgb = self.form.samples > 1
        values = self._by_the_patient(index, why, rgb=rgb)
        if values.shape[:2] != (self.form.rows, self.form.columns):
            reason = f"decoded to {values.shape[:2]}, the header says {self.form.rows} x {self.form.columns}"
            raise UnreadableError(MALFORMED, reason)
        return (values, True) if rgb else (codecs.as_stored(values, self.form), False)

    def _by_the_patient(self, index: int, why: str, *, rgb: bool) -> NDArray[Any]:
        """Decode away from this process, unless the frames refused before have taken too long already."""
        with self._one_at_a_time:
            if self._lost_s > _PATIENCE_S:
                reason = (
                    f"the pixels cannot be decoded ({why[:120]}; other frames took too long to be refused)"
                )
                raise UnreadableError(UNREADABLE, reason)
            start = time.monotonic()
            try:
                return decode_isolated(self.header.path, index, rgb=rgb)
            except UnreadableError as error:
                self._lost_s += time.monotonic() - start
                reason = f"the pixels cannot be decoded ({why[:120]}; {error.reason[:240]})"
                raise UnreadableError(UNREADABLE, reason) from error

    def _refuse_if_given_up(self) -> None:
        if self._lost_s > _PATIENCE_S:
            raise UnreadableError(
                UNREADABLE, "it was not tried: other frames of the file took too long to fail"
            )
