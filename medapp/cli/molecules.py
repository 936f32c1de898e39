"""``medapp generate``, ``optimise``, ``screen`` and the rest about molecules, without a screen."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from medapp.cli import show
from medapp.cli.ending import (
    CANCELLED,
    NOTHING_FITS,
    WRONG_USE,
    Problem,
    make_folder,
    one_line,
    problems_of_use,
    refuse_missing,
    refuse_to_replace,
    wait_for,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from medapp.jobs import TaskOutcome
    from medapp.services.app import App
    from medapp.services.molecules import Order

Source = Annotated[Path, typer.Argument(metavar="FILE", help="SMILES, CSV or SDF, plain or gzipped.")]
Out = Annotated[Path, typer.Option(help="Ends in .csv, .sdf or .smi; in .json: all that is known.")]
Patient = Annotated[
    str, typer.Option(help="Whose enzymes and medicines matter: key, number or name of the library.")
]
Settings = Annotated[
    list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A parameter of the task.")
]
Seed = Annotated[int, typer.Option(help="The same seed gives the same result.")]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda:0 ...")]
Force = Annotated[bool, typer.Option("--force", help="Replace the file where it is there already.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


Goal = Annotated[
    str, typer.Argument(metavar="GOAL", help="As docs/molecules.md lists them: qed, albuterol_similarity ...")
]
Number = Annotated[int, typer.Option("--n", metavar="N", help="How many molecules.")]
Method = Annotated[str, typer.Option(help="gan, or decoder: the plain baseline.", metavar="gan|decoder")]
Calls = Annotated[int, typer.Option(help="How many molecules are scored at most.")]

ENDINGS: Final = (".csv", ".json", ".sdf", ".smi")
"""Of files that are written."""
_BLOCK: Final = 1 << 20


@dataclass(frozen=True)
class Wish:
    """What the command line asks for.

    Attributes:
        source: None where molecules are made.
        patient: Of the library; empty for nobody.
    """

    task: str
    out: Path
    source: Path | None = None
    settings: Sequence[str] = ()
    patient: str = ""
    seed: int = 0
    device: str = "auto"
    force: bool = False
    as_json: bool = False
    set_to: Mapping[str, object] = field(default_factory=dict)


def screen(
    source: Source, out: Out, settings: Settings = None, seed: Seed = 0, device: Device = "auto",
    force: Force = False, as_json: Json = False,
) -> None:  # fmt: skip
    """Properties, patterns to be wary of and predicted behaviour in the body of every molecule of a file."""
    work(Wish("molecules.screen", out, source, settings or (), "", seed, device, force, as_json))


def finalists(
    source: Source, out: Out, settings: Settings = None, seed: Seed = 0, device: Device = "auto",
    force: Force = False, as_json: Json = False,
) -> None:  # fmt: skip
    """What admet-ai says of the best molecules of a file; `make finalists` installs it."""
    work(Wish("molecules.finalists", out, source, settings or (), "", seed, device, force, as_json))


def metabolise(
    source: Source, out: Out, patient: Patient = "", settings: Settings = None, seed: Seed = 0,
    device: Device = "auto", force: Force = False, as_json: Json = False,
) -> None:  # fmt: skip
    """Where enzymes change every molecule of a file, and into what."""
    work(Wish("molecules.metabolise", out, source, settings or (), patient, seed, device, force, as_json))


def toxicity(
    source: Source, out: Out, settings: Settings = None, seed: Seed = 0, device: Device = "auto",
    force: Force = False, as_json: Json = False,
) -> None:  # fmt: skip
    """Harm that every molecule of a file, and what the body makes of it, may do."""
    work(Wish("molecules.toxicity", out, source, settings or (), "", seed, device, force, as_json))


def optimise(
    goal: Goal, out: Out, calls: Calls = 10_000, settings: Settings = None, seed: Seed = 0,
    device: Device = "auto", force: Force = False, as_json: Json = False,
) -> None:  # fmt: skip
    """Search for molecules that reach a goal; a row for every molecule that was scored, with its parents."""
    given = {"goal": goal, "calls": calls}
    work(Wish("molecules.optimise", out, None, settings or (), "", seed, device, force, as_json, given))


def generate(
    out: Out, number: Number = 1000, method: Method = "gan", settings: Settings = None, seed: Seed = 0,
    device: Device = "auto", force: Force = False, as_json: Json = False,
) -> None:  # fmt: skip
    """New molecules, valid and unique, with properties; `--set` says what they shall be like."""
    given = {"number": number, "method": method}
    work(Wish("molecules.generate", out, None, settings or (), "", seed, device, force, as_json, given))


def work(wish: Wish) -> None:
    """Run, write the file and print what came of it.

    A run that ended early is gone on with: its rows lie beside `out` until all are there.

    Raises:
        Problem: With the status to end with.
    """
    from medapp.services.app import App
    from medapp.services.molecule_best import SEARCHES, best_of

    if wish.source is not None:
        refuse_missing([wish.source])
    if wish.out.suffix.lower() not in ENDINGS:
        message = (
            f"{wish.out.name} ends in none of {', '.join(ENDINGS)}: what is to be written cannot be told"
        )
        raise Problem(message, WRONG_USE)
    if wish.out.exists() and not wish.force:
        refuse_to_replace([wish.out])
    make_folder(wish.out.parent)
    rows = rows_beside(wish)
    if before := _count(rows):
        show.remark(f"goes on behind {before} rows of {rows.name}")
    with _kept_told(rows):
        with App.open() as app:
            outcome = _run(app, wish, _order(app, wish, rows))
        _refuse_nothing(wish, outcome)
        _write(rows, wish.out, outcome)
    best = best_of(rows) if wish.task in SEARCHES else ()
    rows.unlink()
    _tell(wish, outcome, best)


def _refuse_nothing(wish: Wish, outcome: TaskOutcome) -> None:
    """Raise a `Problem` where molecules were to be made and there is none: a script could not tell."""
    if wish.source is None and not outcome.facts.get("rows"):
        facts: Mapping[str, Any] = outcome.facts
        told = " ".join(str(notice["message"]) for notice in facts.get("notices") or ())
        message = f"{wish.task} made no molecule, and nothing is written. {told}".strip()
        raise Problem(message, NOTHING_FITS)


def _write(rows: Path, out: Path, outcome: TaskOutcome) -> None:
    from medapp.api.wire_molecules import read_rows
    from medapp.services.molecule_export import write_rows
    from medapp.services.molecule_files import write_csv, write_json

    ending = out.suffix.lower()
    try:
        if ending == ".json":
            write_json(rows, out, asdict(outcome.provenance))
        elif ending == ".csv":
            write_csv(rows, out)
        else:
            write_rows(read_rows(rows), out, "sdf" if ending == ".sdf" else "smiles")
    except OSError as error:
        message = f"the result cannot be written: {one_line(error)}"
        raise Problem(message) from error


def rows_beside(wish: Wish) -> Path:
    """Where rows lie until all of them are there: of the same wish on the same file, the same place."""
    read: tuple[object, ...] = ()
    if wish.source is not None:
        now = wish.source.stat()
        read = (str(wish.source.absolute()), now.st_size, now.st_mtime_ns)
    what = (
        wish.task, read, tuple(wish.settings), sorted(map(str, wish.set_to.items())), wish.patient, wish.seed,
    )  # fmt: skip
    digest = hashlib.sha256(repr(what).encode()).hexdigest()[:8]
    return wish.out.with_name(f"{wish.out.name}.{digest}.rows")


@contextmanager
def _kept_told(rows: Path) -> Iterator[None]:
    """Where a run ends early, say what is left of it; a file without a row is not left behind.

    Raises:
        Problem: The same, with what is kept.
    """
    try:
        yield
    except Problem as problem:
        raise Problem(_with_kept(problem, rows), problem.status) from problem
    except KeyboardInterrupt:
        # Before the job began, or while the file was written.
        raise Problem(_with_kept(Problem("cancelled", CANCELLED), rows), CANCELLED) from None


def _with_kept(problem: Problem, rows: Path) -> str:
    if count := _count(rows):
        kept = f"{count} {'row is' if count == 1 else 'rows are'} kept in {rows.name}"
        return f"{problem}; {kept}, and the same command goes on from there"
    rows.unlink(missing_ok=True)
    return f"{problem}; no row was written yet" if problem.status == CANCELLED else str(problem)


def _count(rows: Path) -> int:
    """Whole rows of a file; none where there is no file."""
    if not rows.is_file():
        return 0
    with rows.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(_BLOCK), b""))


def _order(app: App, wish: Wish, rows: Path) -> Order:
    from medapp.cli.run_findings import who
    from medapp.cli.settings import task_and_parameters
    from medapp.services.molecules import Order
    from medapp.services.patient_data import PatientData, data_of

    _, parameters = task_and_parameters(wish.task, wish.settings)
    data, name = PatientData(), ""
    if wish.patient:
        key, name, _ = who(app.library, wish.patient)
        data = data_of(app.library, key)
    return Order(rows, wish.source, data.record, data.genome, {**parameters, **wish.set_to}, name)


def _run(app: App, wish: Wish, order: Order) -> TaskOutcome:
    from medapp.jobs import TaskOutcome
    from medapp.services.molecules import start_molecules

    with problems_of_use():
        handle = start_molecules(app, wish.task, order, device=wish.device, seed=wish.seed)
    with show.progress(wish.task) as tell:
        outcome = wait_for(handle, tell)
    assert isinstance(outcome, TaskOutcome)  # noqa: S101 - what the service promises
    return outcome


def _tell(wish: Wish, outcome: TaskOutcome, best: Sequence[tuple[float, str]] = ()) -> None:
    """Print what came of it, and the best of a search."""
    from medapp.services.result_file import WARNING

    facts: Mapping[str, Any] = outcome.facts
    if wish.as_json:
        known = {name: facts.get(name) for name in ("rows", "refused", "metrics", "notices")}
        if best:
            known["best"] = [{"score": score, "smiles": smiles} for score, smiles in best]
        show.as_json(known | {"file": str(wish.out), "warning": WARNING})
        return
    metrics = facts.get("metrics") or {}
    if metrics:
        show.table(("of the whole", "value"), [(name, f"{value:.4g}") for name, value in metrics.items()],
                   numbers=(1,))  # fmt: skip
    if best:
        found = [(f"{score:.4f}", smiles) for score, smiles in best]
        show.table(("score", f"the best {len(best)}"), found, numbers=(0,))
    for notice in facts.get("notices") or ():
        show.remark(f"{notice['severity']}: {notice['message']}")
    refused = facts.get("refused") or 0
    show.remark(f"{facts.get('rows')} molecules, {refused} refused with a reason; written: {wish.out}")
    show.remark(WARNING)
