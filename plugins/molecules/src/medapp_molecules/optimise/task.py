"""molecules.optimise: a search for molecules that reach a goal, each call of the goal a row."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from medapp.api import Estimate, InputCheck, MoleculesRequest, MoleculesResult, TaskRefused
from medapp.api.wire_molecules import RowWriter, read_rows
from medapp.domain.molecule import MoleculeRow, Property
from medapp.domain.notice import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from medapp.api import JobContext, TaskRequest
    from medapp_molecules.generate.sampling import Writer
    from medapp_molecules.optimise.goals import Goal
    from medapp_molecules.optimise.profile import Profile
    from medapp_molecules.optimise.search import Scored, Search

_MEMORY: Final = 900_000_000
SCORE: Final = "score"
_PARENTS: Final = ("parent", "other parent")
_KEEP_EVERY: Final = 20
_BEGIN: Final = 200
_BEGIN_SHARE: Final = 3
"""Of the calls a third at most is taken by molecules to start from, unless their number is set."""


def check_input(request: TaskRequest) -> InputCheck:
    """A goal that is known; no file is needed."""
    from medapp_molecules.generate.wanted import WantedError
    from medapp_molecules.optimise.goals import names
    from medapp_molecules.optimise.profile import PROFILE, contradictions, ignored

    if not isinstance(request, MoleculesRequest) or request.source is not None:
        return InputCheck(ok=False, reason="searches by itself and takes no file")
    goal = str(request.parameters.get("goal", ""))
    known = (*names(), PROFILE)
    if goal not in known:
        return InputCheck(ok=False, reason=f"there is no goal {goal!r}; there are {', '.join(known)}")
    if goal == PROFILE:
        try:
            wrong = list(contradictions(request.parameters))
        except WantedError as error:
            return InputCheck(ok=False, reason=str(error))
        if wrong:
            return InputCheck(ok=False, reason=" ".join(wrong))
    elif unread := ignored(request.parameters):
        reason = (
            f"{', '.join(unread)}: only the goal {PROFILE} has wishes, {goal} does not look at them; "
            f"choose the goal {PROFILE} or leave them out"
        )
        return InputCheck(ok=False, reason=reason)
    start = str(request.parameters.get("start") or "")
    if start and not Path(start).expanduser().is_file():
        return InputCheck(ok=False, reason=f"there is no file {start}")
    return InputCheck(ok=True)


def estimate(request: TaskRequest) -> Estimate:  # noqa: ARG001 - the same for all
    """What was scored, and what a guess is fitted to."""
    return Estimate(_MEMORY)


def generate(request: MoleculesRequest, context: JobContext) -> MoleculesResult:
    """Write a row for every molecule that is scored: number of the call, score, parents.

    Raises:
        TaskRefused: Where a file to start from holds no molecules, a wish is about what nothing says, or the
            generator that is to be taught is not installed.
        JobCancelled: Where the user has cancelled; what was scored stays.
    """
    from rdkit import rdBase

    from medapp_molecules.optimise.profile import Profile
    from medapp_molecules.optimise.search import Search, Settings

    calls = int(str(request.parameters.get("calls", 10_000)))
    writer = _writer(request, context)
    beside: Any = None
    if writer is not None:
        from medapp_molecules.optimise.latent import Neighbours

        beside = Neighbours(writer, context.check_cancelled)
    begotten = int(str(request.parameters.get("begotten", 12)))
    goal = _goal(request, context, writer)
    settings = Settings(calls, begotten=begotten)
    ahead = goal.ahead if isinstance(goal, Profile) else None
    search = Search(goal, settings, context.seed, context.check_cancelled, beside, ahead)
    notices = [Notice("seed-form", one, "info") for one in goal.taken] if isinstance(goal, Profile) else []
    with rdBase.BlockLogs(), RowWriter(request.out) as rows:
        _take_in(search, request)
        best = max((one.score for one in search.scored), default=0.0)
        for one in _scored(search, request, context, writer, notices):
            best = max(best, one.score)
            rows.write(_row(one, goal))
            if one.number % _KEEP_EVERY == 0:
                rows.flush()
                context.progress(one.number / calls, f"{one.number} scored, best {best:.3f}")
    return _result(search, calls, notices)


def _goal(request: MoleculesRequest, context: JobContext, writer: Writer | None) -> Goal | Profile:
    from medapp_molecules.generate.wanted import WantedError
    from medapp_molecules.optimise.elsewhere import Elsewhere
    from medapp_molecules.optimise.goals import goal
    from medapp_molecules.optimise.profile import PROFILE, profile
    from medapp_molecules.optimise.saying import others

    name = str(request.parameters["goal"])
    if name != PROFILE:
        return goal(name)
    try:
        elsewhere = Elsewhere(context.study)
        return profile(request.parameters, lambda: others(context, writer), elsewhere)
    except WantedError as error:
        raise TaskRefused(str(error)) from error


def _scored(
    search: Search, request: MoleculesRequest, context: JobContext, writer: Writer | None,
    notices: list[Notice],
) -> Iterator[Scored]:  # fmt: skip
    if request.parameters.get("method", "search") != "policy":
        yield from _begun(search, request, context, writer, notices)
        yield from search.run()
        return
    if writer is None:
        message = "what is taught is the generator, whose weights are not installed"
        raise TaskRefused(message)
    from medapp_molecules.optimise.policy import Policy, Tuning

    tuning = Tuning(anchor=float(str(request.parameters.get("anchor", Tuning.anchor))))
    kept = request.out.with_name(f"{request.out.name}.policy")
    policy = Policy(writer, search, tuning, context.seed, kept, context.check_cancelled)
    yield from policy.run()
    context.record("nats from the decoder as it was", f"{policy.divergence():.2f}")


def _begun(
    search: Search, request: MoleculesRequest, context: JobContext, writer: Writer | None,
    notices: list[Notice],
) -> Iterator[Scored]:  # fmt: skip
    """Molecules to start from, those that are given first."""
    from medapp_molecules.optimise.around import GIVEN, Around, given

    calls = int(str(request.parameters.get("calls", 10_000)))
    count = int(str(request.parameters.get("begin") or 0)) or max(1, min(_BEGIN, calls // _BEGIN_SHARE))
    molecules = given(request.parameters)
    if not molecules and any(request.parameters.get(name) for name in GIVEN):
        message = "The search cannot start from the molecule given: too large, of parts, or with large rings."
        notices.append(Notice("not-started-from", message, "info"))
    near = count // 4 if molecules else 0
    others = _start(request, context, writer, max(0, count - len(molecules) - 2 * near))
    yield from Around(search, molecules, context.seed).begin(others, near)
    if search.left <= 0 and len(search.scored) <= count:
        message = (
            f"All {calls} calls went into molecules to start from, nothing was searched: allow more calls, "
            "or fewer molecules to start from."
        )
        notices.append(Notice("only-started", message, "warning"))


def _start(request: MoleculesRequest, context: JobContext, writer: Writer | None, count: int) -> list[str]:
    from medapp_molecules.optimise.beginning import from_file, grown, written

    path = str(request.parameters.get("start") or "")
    if path:
        return from_file(Path(path).expanduser(), count, context.seed, context.check_cancelled)
    if writer is not None:
        return list(written(writer, count, context.seed, context.check_cancelled)) if count else []
    return grown(count, context.seed, context.check_cancelled)


def _writer(request: MoleculesRequest, context: JobContext) -> Writer | None:
    """The generator, where its weights are at hand."""
    if not request.parameters.get("codes", True):
        return None
    import torch

    from medapp_molecules.generate.sampling import AUTOENCODER, GENERATOR, read_writer

    try:
        found = read_writer(context.weights(AUTOENCODER), context.weights(GENERATOR))
    except FileNotFoundError:
        return None
    torch.set_num_threads(1)
    return found


def _take_in(search: Search, request: MoleculesRequest) -> None:
    """What a run that was ended has scored."""
    from medapp_molecules.optimise.search import child_of

    for row in read_rows(request.out):
        values = {one.name: one.value for one in row.properties}
        parents = tuple(int(values[name] or 0) for name in _PARENTS if name in values)
        child = child_of(row.smiles, parents, row.notes[0] if row.notes else "")
        if child is not None:
            search.remember(child, float(values[SCORE] or 0))


def _row(one: Scored, goal: Goal | Profile) -> MoleculeRow:
    from medapp_molecules.optimise.around import GIVEN
    from medapp_molecules.optimise.profile import Profile

    parents = tuple(
        Property(name, float(number)) for name, number in zip(_PARENTS, one.child.parents, strict=False)
    )
    said = goal.said(one.child.mol) if isinstance(goal, Profile) else ()
    way = one.child.way
    return MoleculeRow(
        one.number, name=way if way in GIVEN.values() else "", smiles=one.child.smiles, notes=(way,),
        properties=(Property(SCORE, one.score), *said, *parents),
    )  # fmt: skip


def _result(search: Search, calls: int, notices: list[Notice]) -> MoleculesResult:
    from medapp_molecules.optimise.figures import area, best_mean

    scores = [one.score for one in search.scored]
    metrics = {
        "best": max(scores, default=0.0),
        "mean of the best 10": best_mean(scores),
        "AUC of the best 10": area(scores, calls),
        "calls": float(len(scores)),
    }
    if len(scores) < calls:
        message = f"The search ended after {len(scores)} of {calls} calls: nothing new came any more."
        notices.append(Notice("ended-early", message, "info"))
    return MoleculesResult(len(scores), 0, metrics, tuple(notices))
