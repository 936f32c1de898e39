"""What went wrong, in words for the reader, and details that can be passed on without patient data."""

from __future__ import annotations

import re
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from medapp.ui.text import tr
from medapp.ui.wording import person_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from medapp.domain.patient import Patient

_PACKAGE = Path(__file__).resolve().parents[2]
_QUOTED_PATH = re.compile(r"""(['"])((?:[A-Za-z]:)?[\\/][^'"\n]*)\1""")
_PATH = re.compile(r"(?<![\w.])(?:[A-Za-z]:)?[\\/](?:[^\s'\"<>|:,;()]+[\\/])+[^\s'\"<>|:,;()]*")
_UID = re.compile(r"(?<![\w.])\d(?:\.\d+){5,}(?![\w.])")
_NUMBER = re.compile(r"(?<![\w.])\d{6,}(?![\w.])")
_SHORTEST_SECRET = 3


@dataclass(frozen=True)
class Problem:
    """One failure.

    Attributes:
        what: What happened, a sentence.
        where: To which file or series; shown, never copied.
        kept: What was kept.
        advice: What to try.
        details: For the makers of the program; free of patient data.
        refused: Whether nothing is broken: something cannot be done on this input, and `what` says why.
        secrets: Words that name the patient; they are left out of what is copied.
    """

    what: str
    where: str = ""
    kept: str = ""
    advice: str = ""
    details: str = ""
    refused: bool = False
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def report(self) -> str:
        """The text that may be copied: without `where` and without what names a patient."""
        parts = (without_patient(self.what, self.secrets), self.kept, self.advice, self.details)
        return "\n\n".join(part for part in parts if part)


def words_of(patient: Patient) -> tuple[str, ...]:
    """Words that name a patient."""
    parts = patient.name.replace("^", " ").replace("=", " ").split()
    return (patient.name, person_name(patient.name), patient.id, patient.birth_date, *parts)


def without_patient(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` with paths, UIDs, long numbers and the given words replaced by what they are."""
    for secret in sorted({word for word in secrets if len(word) >= _SHORTEST_SECRET}, key=len, reverse=True):
        text = re.sub(re.escape(secret), "<patient>", text, flags=re.IGNORECASE)
    text = _QUOTED_PATH.sub(r"\1<path>\1", text)
    text = _PATH.sub("<path>", text)
    text = _UID.sub("<uid>", text)
    return _NUMBER.sub("<number>", text)


def details_of(error: BaseException, secrets: Iterable[str] = ()) -> str:
    """Type, message and where in the program it came from; no values, no file names of the user."""
    secrets = tuple(secrets)
    parts = []
    seen: BaseException | None = error
    while seen is not None:
        parts.append(f"{type(seen).__name__}: {without_patient(str(seen), secrets)}")
        parts += [f"  {_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in _frames(seen)]
        seen = seen.__cause__
    return "\n".join(parts)


def from_error(
    error: BaseException,
    what: str = "",
    *,
    where: str = "",
    kept: str = "",
    advice: str = "",
    secrets: Iterable[str] = (),
) -> Problem:
    """A problem from an exception."""
    secrets = tuple(secrets)
    said = getattr(error, "reason", "") or str(error) or type(error).__name__
    log = without_patient(str(getattr(error, "log_tail", "")), secrets)
    return Problem(
        what=f"{what} {said}".strip() if what else said,
        where=where,
        kept=kept or tr("Nothing was changed."),
        advice=advice or tr("Try again; if it comes back, copy the details and report them."),
        details="\n\n".join(part for part in (details_of(error, secrets), log) if part),
        secrets=secrets,
    )


def is_refusal(error: BaseException) -> bool:
    """Whether an error is a sentence for the user: what they asked for cannot be done, nothing is broken.

    A job says so itself; services raise ValueError before a job where they refuse.
    """
    return getattr(error, "kind", "refused" if isinstance(error, ValueError) else "") == "refused"


def refusal(error: BaseException, begins: str, *, where: str = "", secrets: Iterable[str] = ()) -> Problem:
    """A refusal as one sentence that begins with what was asked."""
    said = (getattr(error, "reason", "") or str(error)).strip().rstrip(".")
    return Problem(f"{begins} {said}.", where=where, refused=True, secrets=tuple(secrets))


def _frames(error: BaseException) -> list[traceback.FrameSummary]:
    return list(traceback.extract_tb(error.__traceback__, limit=-12)) if error.__traceback__ else []


def _place(filename: str) -> str:
    path = Path(filename)
    try:
        return path.relative_to(_PACKAGE.parent).as_posix()
    except ValueError:
        return "/".join(path.parts[-2:])
