"""Whether a VCF is one by its specification, all of it, before anybody is asked whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.domain.record import Refusal, Source
from medapp.formats.errors import UnreadableError
from medapp.services.reading_items import StoppedError

if TYPE_CHECKING:
    from medapp.formats.recognise import RecordFile
    from medapp.services.import_sources import Options

UNREADABLE: Final = "unreadable"
"""Code of a refusal of what the disk does not give."""


def fault_of(file: RecordFile, options: Options) -> Refusal | None:
    """The first departure from the specification of its version, with the line; None where there is none.

    Args:
        file: Recognised as a VCF.
        options: Told how far it is, and asked whether it goes on.

    Raises:
        StoppedError: Where it does not go on.
    """
    from medapp.formats.vcf import open_vcf
    from medapp.formats.vcf.reading import CANCELLED

    def told(_line: int, share: float) -> None:
        options.progress(share)

    source = Source(file.name, "vcf")
    try:
        for _ in open_vcf(file.path, file.name, cancelled=options.cancelled, progress=told):
            pass
    except UnreadableError as error:
        if error.code == CANCELLED:
            raise StoppedError from error
        return Refusal(source, error.code, error.reason, whole=True)
    except OSError as error:
        reason = f"it cannot be read: {(error.strerror or type(error).__name__).lower()}"
        return Refusal(source, UNREADABLE, reason, whole=True)
    return None
