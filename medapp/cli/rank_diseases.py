"""``medapp rank-diseases``: rare diseases for a phenopacket and, where there is one, a genome."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from medapp.cli import show
from medapp.cli.ending import (
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
    from collections.abc import Mapping

    from medapp.domain.finding import Finding
    from medapp.domain.genome import Genome
    from medapp.domain.record import Record
    from medapp.services.app import App
    from medapp.services.classifying import FindingsProposal

TASK: Final = "rare.disease"
_SHOWN: Final = 10
_REASONS: Final = 3


@dataclass(frozen=True)
class Wish:
    """What was asked for on the command line."""

    packet: Path
    vcf: Path | None = None
    out: Path | None = None
    sample: str = ""
    patient: str = ""
    causative: bool = False
    seed: int = 0
    force: bool = False
    as_json: bool = False


def rank_diseases(wish: Wish) -> None:
    """Rank, print, and write the result where a folder is named.

    Raises:
        Problem: Where a file is missing or not what it should be, or the task refuses it.
    """
    from medapp.services.app import App

    refuse_missing([path for path in (wish.packet, wish.vcf) if path])
    if wish.out is not None:
        from medapp.services.exporting import replaced_by_proposal

        if not wish.force:
            refuse_to_replace(replaced_by_proposal(wish.out))
        make_folder(wish.out)
    with App.open() as app:
        with tempfile.TemporaryDirectory(dir=app.paths.scratch) as unpacked:
            record = _record(wish, Path(unpacked))
        genome = _genome(wish)
        proposal = _asked(app, wish, record, genome)
        try:
            _tell(wish, proposal)
        finally:
            proposal.release()


def _record(wish: Wish, unpacked: Path) -> Record:
    from medapp.formats.collect import collect
    from medapp.services.patient_data import ManyPatientsError, data_from_files

    collected = collect([wish.packet], scratch=unpacked)
    try:
        data = data_from_files(collected.records, wish.patient)
    except ManyPatientsError as error:
        raise Problem(str(error), WRONG_USE) from error
    told = [f"{place}: {reason}" if place else reason for _, place, _, reason in data.refused]
    told += [reason for _, reason in data.unread]
    told += [one.reason for one in collected.rejected]
    if data.record is None:
        message = (
            f"{wish.packet} is no phenopacket, and no record either: {'; '.join(told) or 'it holds none'}"
        )
        raise Problem(message, NOTHING_FITS)
    for reason in told[:_SHOWN]:
        show.remark(f"not read: {reason}")
    return data.record


def _genome(wish: Wish) -> Genome | None:
    from medapp.formats.errors import UnreadableError
    from medapp.services.candidate_variants import TooManyVariantsError, read_candidates
    from medapp.services.pgx import SampleError

    if wish.vcf is None:
        return None
    try:
        found = read_candidates(wish.vcf, sample=wish.sample)
    except SampleError as error:
        raise Problem(str(error), WRONG_USE) from error
    except UnreadableError as error:
        message = f"{wish.vcf}: {error.reason}"
        raise Problem(message, NOTHING_FITS) from error
    except TooManyVariantsError as error:
        message = f"{wish.vcf}: {error}"
        raise Problem(message, NOTHING_FITS) from error
    for problem in found.problems[:_SHOWN]:
        show.remark(f"in the VCF: {problem}")
    return found.genome


def _asked(app: App, wish: Wish, record: Record, genome: Genome | None) -> FindingsProposal:
    from medapp.plugins import discover
    from medapp.services.classifying import FindingsProposal, Target, fits_target, start_classification

    target = Target(name=wish.packet.name, record=record, genome=genome)
    with problems_of_use():
        _, task = discover().find(TASK)
    check = fits_target(task, target)
    if not check.ok:
        message = f"{TASK} cannot be asked about {wish.packet}: {check.reason}"
        raise Problem(message, NOTHING_FITS)
    with problems_of_use():
        handle = start_classification(app, TASK, target, {"causative": wish.causative}, seed=wish.seed)
    with show.progress(TASK) as tell:
        proposal = wait_for(handle, tell)
    assert isinstance(proposal, FindingsProposal)  # noqa: S101 - what the service promises
    return proposal


def _tell(wish: Wish, proposal: FindingsProposal) -> None:
    from medapp.services.findings_file import findings_json, write_findings

    report: Mapping[str, Any] = findings_json(proposal)
    files: dict[str, str] = {}
    if wish.out is not None:
        try:
            files["result_json"] = str(write_findings(proposal, wish.out))
        except OSError as error:
            message = f"the result cannot be written: {one_line(error)}"
            raise Problem(message) from error
    if wish.as_json:
        show.as_json({**report, "files": files})
        return
    result = proposal.result
    if result.findings:
        rows = [_row(place, one) for place, one in enumerate(result.findings[:_SHOWN], 1)]
        show.table(("rank", "disease", "id", "probability", "in set", "gene", "for"), rows, numbers=(0, 3))
    if result.abstained:
        show.remark(f"no answer: {result.abstained}")
    show.remark(f"went by: {', '.join(result.used) or 'nothing'}")
    for notice in result.notices:
        show.remark(f"{notice.severity}: {notice.message}")
    for name in files.values():
        show.remark(f"written: {name}")
    show.remark(str(report["warning"]))


def _row(place: int, one: Finding) -> tuple[str, ...]:
    reasons = [item.title for item in one.items if item.effect is not None and item.effect > 0][:_REASONS]
    return (
        str(place),
        one.title,
        one.key,
        show.number(one.probability, 3),
        "yes" if one.in_set else "",
        one.group,
        ", ".join(reasons),
    )
