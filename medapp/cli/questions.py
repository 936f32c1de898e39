"""``medapp import --questions``: what waits for an answer, and how it is given."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Any, Final

from medapp.cli import show

if TYPE_CHECKING:
    from medapp.library.record.pairs import Subject
    from medapp.library.record.questions import FileQuestion
    from medapp.services.waiting import MatchQuestion, Questions

_WINDOW: Final = "in the window, under Questions"
_UNKNOWN: Final = "unknown"


def list_questions(*, as_json: bool) -> None:
    """Print the questions of the library; none is answered by that."""
    from medapp.services.app import App
    from medapp.services.waiting import questions

    with App.open() as app:
        asked = questions(app.library)
    if as_json:
        show.as_json(_report(asked))
        return
    for file in (*asked.tables, *asked.genomes):
        show.line(f"{file.file.name}: {_asked_of(file)}\n  {_answer(file)}")
    for one, other in asked.pairs:
        numbers = ", ".join(_shared(one, other))
        show.line(f"one person? the same number {numbers}\n  {_subject(one)}\n  {_subject(other)}")
        show.line(f"  answer: {_WINDOW}")
    for match in asked.matches:
        show.line(f"one person? {_match(match)}\n  answer: {_WINDOW}")
    count = asked.count
    show.remark("1 question waits" if count == 1 else f"{count} questions wait")


def _asked_of(file: FileQuestion) -> str:
    return "what do its columns mean?" if file.file.kind == "table" else "whose genome is it?"


def _answer(file: FileQuestion) -> str:
    path = quote(str(file.file.path))
    if file.file.kind == "table":
        return f"medapp import {path} --propose FILE.json, then --mapping FILE.json"
    return f"medapp import {path} --patient PATIENT"


def _shared(one: Subject, other: Subject) -> list[str]:
    return sorted({value for _, value in set(one.numbers) & set(other.numbers)})


def _subject(one: Subject) -> str:
    parts = (one.name or "no name", f"born {one.birth_date or _UNKNOWN}", f"sex {one.sex or _UNKNOWN}")
    return f"{', '.join(parts)} (key {one.person}, of {one.path})"


def _match(asked: MatchQuestion) -> str:
    differs = f"; differ in {', '.join(asked.match.differs)}" if asked.match.differs else ""
    return (
        f"record of {asked.person.name or 'no name'} (key {asked.match.person}) and images of "
        f"{asked.patient.name or 'no name'}, number {asked.patient.id or _UNKNOWN}: "
        f"agree in {', '.join(asked.match.agrees) or 'nothing'}{differs}"
    )


def _record(one: Subject) -> dict[str, str]:
    return {
        "key": one.key,
        "person": one.person,
        "name": one.name,
        "birth_date": one.birth_date,
        "sex": one.sex,
        "file": one.path,
    }


def _report(asked: Questions) -> dict[str, Any]:
    return {
        "count": asked.count,
        "files": [
            {"file": one.file.name, "path": str(one.file.path), "kind": one.file.kind,
             "question": _asked_of(one), "answer": _answer(one)}
            for one in (*asked.tables, *asked.genomes)
        ],
        "pairs": [
            {"numbers": _shared(*pair),
             "records": [_record(one) for one in pair]}
            for pair in asked.pairs
        ],
        "matches": [
            {"person": one.match.person, "patient": one.match.patient, "name": one.person.name,
             "image_name": one.patient.name, "image_number": one.patient.id, "verdict": one.match.verdict,
             "agrees": list(one.match.agrees), "differs": list(one.match.differs)}
            for one in asked.matches
        ],
    }  # fmt: skip
