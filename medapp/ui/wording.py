"""How dates, names, amounts and times are written; what is not known is said to be unknown."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from medapp.services.reopening import kept_title
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.domain.notice import Notice
    from medapp.domain.patient import Patient, Series, Study

_STEP = 1024
_LONGEST_SHOWN = 16
_PART_OF_A_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2}.*)?)?")
"""Of a record: as exact as it is stated."""
_NO_LETTER = "\ufffd"
"""Stands where a letter could not be read: no part of a name."""
_DATE_LENGTH = 8
_MINUTE = 60
_HOUR = 3600


def unknown() -> str:
    """For everything that the file does not say."""
    return tr("unknown")


def person_name(text: str) -> str:
    """A person name (PS3.5 6.2, VR PN) as one reads it: ``Family, Given Middle``.

    The first group that is filled counts (alphabetic, ideographic, phonetic).
    """
    group = next((part for part in text.replace(_NO_LETTER, "").split("=") if part.strip(" ^")), "")
    family, given, middle, prefix, suffix = ([part.strip() for part in group.split("^")] + [""] * 5)[:5]
    first = " ".join(part for part in (prefix, given, middle) if part)
    name = ", ".join(part for part in (family, first) if part)
    return " ".join(part for part in (name, suffix) if part) or tr("No name")


def parse_date(text: str) -> date | None:
    """A DICOM date ``YYYYMMDD`` (or ACR-NEMA's ``YYYY.MM.DD``); None where it is none."""
    digits = text.replace(".", "").replace("-", "").strip()
    if len(digits) != _DATE_LENGTH or not digits.isdecimal():
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def day(text: str) -> str:
    """A DICOM date as ``2024-05-31``; what cannot be read is said to be no date, and shown as it stands."""
    parsed = parse_date(text)
    if parsed is not None or not text.strip():
        return parsed.isoformat() if parsed else unknown()
    return text.strip() if _PART_OF_A_DATE.fullmatch(text.strip()) else no_value(text)


def no_value(text: str) -> str:
    """What a file states where it states nothing that can be: not to be taken for a value."""
    shown = text.strip()
    shown = shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}…"
    return tr("not valid: “{said}”", said=shown)


def age(birth: str, at: str) -> str:
    """Completed years, below two months or days, from `birth` to `at` (DICOM dates); "" if unknown."""
    born, then = parse_date(birth), parse_date(at)
    if born is None or then is None or then < born:
        return ""
    months = (then.year - born.year) * 12 + then.month - born.month - (then.day < born.day)
    if months >= 24:  # noqa: PLR2004 - two years
        return tr("{years} y", years=months // 12)
    return tr("{months} mo", months=months) if months else tr("{days} d", days=(then - born).days)


def sex(text: str) -> str:
    """Patient's Sex (0010,0040) in words."""
    words = {"M": tr("male"), "F": tr("female"), "O": tr("other")}
    return words.get(text.strip().upper()) or (no_value(text) if text.strip() else unknown())


def amount(size: float) -> str:
    """Bytes with a unit."""
    for unit in ("B", "KB", "MB"):
        if size < _STEP:
            return f"{size:.0f} {unit}"
        size /= _STEP
    return f"{size:.1f} GB"


def duration(seconds: float) -> str:
    """Seconds as a clock would: ``0:42``, ``12:05``, ``1:02:03``."""
    whole = max(0, round(seconds))
    hours, rest = divmod(whole, _HOUR)
    minutes, left = divmod(rest, _MINUTE)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def span(seconds: float) -> str:
    """An estimated time in words: ``3 s``, ``2 min``, ``1 h 10 min``."""
    whole = max(1, round(seconds))
    if whole < 2 * _MINUTE:
        return tr("{count} s", count=whole)
    minutes = round(whole / _MINUTE)
    hours, rest = divmod(minutes, _MINUTE)
    return (
        tr("{hours} h {minutes} min", hours=hours, minutes=rest)
        if hours
        else tr("{count} min", count=minutes)
    )


def millilitres(volume: float | None) -> str:
    """A volume with its unit; None is unknown, never nought."""
    if volume is None:
        return unknown()
    digits = 3 if volume < 1 else 2 if volume < 10 else 1  # noqa: PLR2004 - three figures
    return tr("{volume} ml", volume=f"{volume:,.{digits}f}".replace(",", "\u2009"))


def mean_value(mean: float | None, unit: str | None) -> str:
    """A mean with its unit; numbers without a known unit are called raw."""
    if mean is None:
        return unknown()
    return f"{mean:.1f} {unit or tr('raw')}".replace("-", "−", 1)


def birth_and_age(patient: Patient, at: str, died: str = "", *, at_study: bool = False) -> str:
    """Birth date with the age on the day `at`, ``1961-04-09 (63 y)`` or ``1961-04-09 (63 y at study)``.

    Args:
        patient: Whose birth date.
        at: DICOM date.
        died: ISO date of death, as exact as it is stated, or ``yes``: the age is that at death.
        at_study: Whether the day is that of images, which is said then.
    """
    born = day(patient.birth_date)
    if died:
        date_, years = ("", "") if died == "yes" else (died[:10], age(patient.birth_date, died[:10]))
        told = ", ".join(part for part in (f"{tr('died')} {date_}".strip(), years) if part)
        return f"{born} ({told})"
    years = age(patient.birth_date, at)
    if years and at_study:
        years = tr("{age} at study", age=years)
    return f"{born} ({years})" if years else born


def study_line(study: Study) -> str:
    """One line for a study."""
    return " · ".join(part for part in (day(study.date), study.description or tr("Study")) if part)


def series_size(series: Series) -> str:
    """How much there is to look at."""
    count = len(series.instances)
    if series.kind in {"document", "waveform", "other"}:
        return tr("no images")
    if series.kind == "segmentation":
        return tr("labels")
    if series.kind == "structures":
        return tr("structures")
    return tr("1 image") if count == 1 else tr("{count} images", count=count)


def series_line(series: Series) -> str:
    """Modality, number and size of a series."""
    number = tr("series {number}", number=series.number) if series.number is not None else ""
    return " · ".join(part for part in (series.modality, number, series_size(series)) if part)


def series_words(series: Series) -> str:
    """What tells the images of one patient apart: day, modality, description, number."""
    number = tr("series {number}", number=series.number) if series.number is not None else ""
    parts = (day(series.study.date), series.modality, series.description, number)
    return " · ".join(part for part in parts if part)


def patient_count(count: int) -> str:
    """So many patients."""
    return tr("1 patient") if count == 1 else tr("{count} patients", count=count)


def content_moment(series: Series) -> str:
    """Date and time at which an object was made, as ``2026-01-31 10:15``; empty where it does not say."""
    date, time = series.fact("ContentDate"), series.fact("ContentTime")
    if not date:
        return ""
    clock = f" {time[:2]}:{time[2:4]}" if time[:4].isdecimal() and len(time) >= 4 else ""  # noqa: PLR2004 - HHMM
    return day(date) + clock


def tile_lines(series: Series) -> tuple[str, str]:
    """Two lines for a small tile: what tells series apart (number, phase, size), then the description.

    What this program has kept of one series shares its number and most of its description: there it is
    whether it was corrected, and when it was kept.
    """
    kept, when = kept_title(series), content_moment(series)
    if kept is not None and when:
        title, corrected = kept
        return " · ".join(part for part in (tr("corrected") if corrected else "", title) if part), when
    number = "" if series.number is None else f"{series.number}"
    part = series.split.partition(", ")[0]
    first = " · ".join(word for word in (number, part or series_size(series)) if word)
    return first, series.description or series.modality


def series_whole(series: Series) -> str:
    """Everything that a tile has no room for: title, line, and what has to be known."""
    return "\n".join([series.title, series_line(series), *(notice_text(one) for one in series.notices)])


def notice_text(notice: Notice) -> str:
    """The sentence of a notice; those that count files in their right number."""
    if notice.values.get("files") != 1:
        return notice.message
    one = {
        "duplicate-files": tr("1 file is a copy of another and was left out."),
        "duplicate-uids": tr("1 file carries the identifier of another file, but is not the same."),
    }
    return one.get(notice.code, notice.message)
