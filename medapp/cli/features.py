"""``medapp features``: columns out of records, each with its unit and source."""

from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from medapp.cli import show
from medapp.cli.ending import (
    NOTHING_FITS,
    WRONG_USE,
    Problem,
    finish,
    make_folder,
    problems_of_use,
    refuse_missing,
    refuse_to_replace,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from medapp.formats.recognise import RecordFile
    from medapp.formats.tables import Mapping
    from medapp.jobs.local import LocalContext
    from medapp.knowledge.features import FeaturePipeline
    from medapp.services.app import App
    from medapp.services.feature_records import LibraryRecords, PathRecords
    from medapp.services.features import Features, FeatureWish
    from medapp.services.tables import TableProposal

_SHOWN: Final = 20


@dataclass(frozen=True)
class Wish:
    """What was asked for on the command line."""

    sources: tuple[str, ...]
    out: Path
    rules: Path | None
    plan: Path | None
    mapping: Path | None
    index_time: str
    windows: tuple[float, ...]
    force: bool
    as_json: bool


def features(wish: Wish) -> None:
    """Make features and write them into a folder.

    Raises:
        Problem: Where what was asked for does not go together, or there is nothing to make features of.
    """
    from medapp.services.app import App
    from medapp.services.feature_files import already_there

    paths = _paths(wish)
    refuse_missing([one for one in (wish.rules, wish.plan, wish.mapping) if one])
    if not wish.force:
        refuse_to_replace(already_there(wish.out))
    with App.open() as app:
        with problems_of_use():
            pipeline = _pipeline(wish)
            asked = _asked(wish, app)
        make_folder(wish.out)
        with tempfile.TemporaryDirectory(dir=app.paths.scratch) as scratch:

            def records() -> LibraryRecords | PathRecords:
                return _of_library(wish, app) if paths is None else _of_paths(wish, paths, Path(scratch))

            _make(wish, app, records, lambda found, tell: _made(found, asked, pipeline, tell))


def _paths(wish: Wish) -> list[Path] | None:
    """What was named, as paths; None where it is patients of the library, or everybody in it.

    Raises:
        Problem: Where both were named, or two options contradict each other.
    """
    if wish.plan is not None and (wish.rules is not None or wish.windows):
        message = "--plan has its own rules and windows: --rules and --window belong to a plan that is fitted"
        raise Problem(message, WRONG_USE)
    found = [one for one in wish.sources if Path(one).exists()]
    if found and len(found) < len(wish.sources):
        other = next(one for one in wish.sources if one not in found)
        message = f"{other!r} is no path, and {found[0]!r} is: name either paths or patients of the library"
        raise Problem(message, WRONG_USE)
    if not found and wish.mapping is not None:
        message = "--mapping says what columns of tables under a path mean"
        raise Problem(message, WRONG_USE)
    return [Path(one) for one in found] if found else None


def _pipeline(wish: Wish) -> tuple[FeaturePipeline, str] | None:
    from medapp.knowledge.features import read_folder

    if wish.plan is None:
        return None
    inner = wish.plan / "features"
    return read_folder(inner if inner.is_dir() else wish.plan)


def _asked(wish: Wish, app: App) -> FeatureWish:
    from medapp.knowledge.quality import read_rules
    from medapp.services.features import FeatureWish, index_time
    from medapp.services.quality_rules import chosen_rules

    if not all(math.isfinite(one) for one in wish.windows):
        message = "a window is a number of days"
        raise ValueError(message)
    rules = read_rules(wish.rules).rules if wish.rules is not None else None
    needs_chosen = rules is None and wish.plan is None
    chosen = chosen_rules(app.paths) if needs_chosen else ()
    return FeatureWish(
        index_time=index_time(wish.index_time),
        windows_days=tuple(dict.fromkeys(wish.windows)) or (365.0,),
        rules=rules,
        chosen=chosen,
    )


def _of_library(wish: Wish, app: App) -> LibraryRecords:
    from medapp.cli.patients import one_patient
    from medapp.services.feature_records import LibraryRecords

    persons = (
        [one_patient(app.library, one) for one in wish.sources]
        if wish.sources
        else list(app.library.records.persons())
    )
    if not persons:
        message = "the library holds no record; `medapp import PATH` brings one in"
        raise Problem(message, NOTHING_FITS)
    return LibraryRecords(app.library, tuple(dict.fromkeys(one.key for one in persons)))


def _of_paths(wish: Wish, paths: list[Path], scratch: Path) -> PathRecords:
    from medapp.services.feature_records import PathRecords
    from medapp.services.learning_sources import sources_under

    if wish.mapping is None:
        return PathRecords(sources_under(paths, scratch))
    from medapp.cli.waiting import mappings
    from medapp.services.table_numbers import with_meetings
    from medapp.services.tables import propose_table

    answers = mappings(wish.mapping)
    unsaid: list[TableProposal] = []

    def confirmed(file: RecordFile) -> tuple[Mapping, bool] | None:
        proposal = propose_table(None, file)
        answer = answers.of(proposal)
        if answer is None or answer.mapping is None:
            return None
        if answers.says_of_numbers(proposal) is None:
            unsaid.append(answer)
        return answer.mapping, answer.shared

    found = PathRecords(sources_under(paths, scratch, confirmed=confirmed))
    for one in with_meetings(None, unsaid):
        if one.meeting is not None:
            message = (
                f"{one.meeting.question(one.file.name)} Say it in {wish.mapping}: same_numbers_in_folder "
                "is true or false"
            )
            raise Problem(message, WRONG_USE)
    return found


def _made(
    records: LibraryRecords | PathRecords,
    asked: FeatureWish,
    given: tuple[FeaturePipeline, str] | None,
    tell: Callable[[float, str], None],
) -> Features:
    from medapp.services.features import apply_features, fit_features

    if given is None:
        return fit_features(records, asked, tell)
    return apply_features(records, given[0], asked, tell)


def _job(
    app: App,
    records: Callable[[], LibraryRecords | PathRecords],
    make: Callable[[LibraryRecords | PathRecords, Callable[[float, str], None]], Features],
) -> tuple[LibraryRecords | PathRecords, Features]:
    """Make features as a job that shows how far it is and can be ended.

    Raises:
        Problem: Where there is nothing to make features of, or it was cancelled.
    """
    from medapp.services.feature_records import PathRecords
    from medapp.services.features import NothingToLearnError

    def work(context: LocalContext) -> object:
        context.progress(None, "looking at what there is")
        try:
            found = records()
        except Problem as problem:
            return problem
        try:
            return found, make(found, context.progress)
        except NothingToLearnError as error:
            return found, error

    came = finish(app.jobs.submit_local("Make features", work), "Make features")
    if isinstance(came, Problem):
        raise came
    found, made = cast("tuple[LibraryRecords | PathRecords, Features | NothingToLearnError]", came)
    if isinstance(made, NothingToLearnError):
        if isinstance(found, PathRecords):
            _tell_refused(found.refused, found.unread)
        raise Problem(str(made), NOTHING_FITS) from made
    return found, made


def _make(
    wish: Wish,
    app: App,
    look: Callable[[], LibraryRecords | PathRecords],
    make: Callable[[LibraryRecords | PathRecords, Callable[[float, str], None]], Features],
) -> None:
    from medapp.services.feature_files import FILES, write_features
    from medapp.services.feature_records import PathRecords

    records, made = _job(app, look, make)
    sha256 = write_features(made, wish.out)
    report: dict[str, Any] = {
        "out": [str(wish.out / name) for name in FILES],
        "features_sha256": sha256,
        "index_time": wish.index_time,
        **made.to_dict(),
        "kinds": dict(sorted(records.kinds.items())),
        "refused": [],
        "questions": [],
        "unconfirmed": [],
    }
    if isinstance(records, PathRecords):
        report["files"] = dict(records.sources.files)
        report["of_nobody"] = dict(records.of_nobody)
        unread = records.unread
        report["refused"] = [
            {
                "file": file,
                "place": place,
                "code": code,
                "reason": reason,
                "whole": file in unread,
            }
            for file, place, code, reason in records.refused
        ]
        report["questions"] = [{"file": file, "question": one} for file, one in records.sources.questions]
        report["unconfirmed"] = list(records.sources.unconfirmed)
    if wish.as_json:
        show.as_json(report)
    else:
        _print(made, report)


def _print(made: Features, report: dict[str, Any]) -> None:
    rows = [
        ("patients", str(report["patients"])),
        ("entries before and after the rules", f"{made.entries[0]} → {made.entries[1]}"),
        ("variables, codes", f"{report['variables']}, {report['codes']}"),
        ("rows, columns", f"{report['rows']}, {report['columns']}"),
        ("sequences: patients, steps, variables", ", ".join(map(str, report["sequences"].values()))),
        ("index time", report["index_time"]),
        ("windows in days (0: all)", ", ".join(f"{one:g}" for one in report["windows_days"])),
        ("sha256 of the pipeline", report["features_sha256"]),
    ]
    show.table(("what", "figure"), rows)
    if made.changes:
        show.table(
            ("where", "what", "rule", "of", "found", "changed"),
            [
                (stage, one.kind, one.action, one.variable or "all", str(one.found), str(one.changed))
                for stage, one in made.changes
            ],
            numbers=(4, 5),
        )
    _remarks(made, report)


def _remarks(made: Features, report: dict[str, Any]) -> None:
    source = {
        "file": "of the file",
        "chosen": "chosen in the window, the proposed ones where none was",
        "proposed": "proposed, as nobody has chosen any: look at them before anything is learned",
        "plan": "of the plan, with the numbers of its training data",
    }
    show.remark(f"rules: {source[made.rules_from]}")
    show.remark(
        "fitted on these patients" if made.is_fitted else "applied as it was fitted; nothing was fitted"
    )
    _tell_left_out(made, report)
    for one in report["questions"][:_SHOWN]:
        show.remark(f"{one['file']}: {one['question']}")
    if report["unconfirmed"]:
        count = len(report["unconfirmed"])
        tables = "1 table was" if count == 1 else f"{count} tables were"
        show.remark(f"{tables} read as proposed: `medapp import PATH --propose FILE`, then --mapping")
    refused = [(one["file"], one["place"], one["code"], one["reason"]) for one in report["refused"]]
    _tell_refused(refused, {one["file"] for one in report["refused"] if one["whole"]})
    show.remark(f"{report['out'][0]} and what stands beside it. {report['notice']}")


def _tell_left_out(made: Features, report: dict[str, Any]) -> None:
    """What is in no column, by name, and why."""
    from medapp.knowledge.features.plan import LEAST_SHARE

    for one in made.left_out[:_SHOWN]:
        variable = one.variable
        unit = variable.unit or "no unit"
        show.remark(f"left out: {one.count} numbers of {variable.title} ({unit}): {one.why}")
    if len(made.left_out) > _SHOWN:
        show.remark(f"and numbers of {len(made.left_out) - _SHOWN} more variables; --json tells all")
    if made.unknown:
        few = f"fewer than {LEAST_SHARE:.0%} of the patients have them"
        why = few if made.is_fitted else "the plan was fitted without them"
        named = ", ".join(f"{title} ({count})" for title, count in made.unknown[:_SHOWN])
        more = f" and {len(made.unknown) - _SHOWN} more (--json)" if len(made.unknown) > _SHOWN else ""
        show.remark(f"no columns, as {why}: {named}{more}; in brackets: how many patients")
    nobody: dict[str, int] = report.get("of_nobody") or {}
    if nobody:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(nobody.items()))
        show.remark(
            f"left out: {sum(nobody.values())} entries that belong to no patient: {kinds}. Organizations, "
            "practitioners and the like are nobody's; a result among them names no patient in its file"
        )


def _tell_refused(refused: Sequence[tuple[str, str, str, str]], unread: Collection[str]) -> None:
    from medapp.services.records import refusals_first, told_of

    for one in refusals_first(refused, unread)[:_SHOWN]:
        show.remark(told_of(one, unread))
    if len(refused) > _SHOWN:
        show.remark(f"and {len(refused) - _SHOWN} more; --json tells all")
