"""``medapp pgx``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from medapp.cli import show
from medapp.cli.ending import NOTHING_FITS, WRONG_USE, Problem, refuse_missing

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.domain.genome import Diplotype, GeneCall
    from medapp.formats.errors import UnreadableError
    from medapp.services.pgx import Pharmacogenome

_SHOWN = 10
_NO_PHENOTYPE = "none, see below"


@dataclass(frozen=True)
class Wish:
    """What was asked for on the command line."""

    vcf: Path
    sample: str
    outside: Path | None
    patient: str
    research: bool
    as_json: bool
    strict: bool = False


def pgx(wish: Wish) -> None:
    """Call the genes of one sample and print them; keep them where a patient is named.

    Raises:
        Problem: Where the file is missing or departs from the specification, the sample is not clear, or
            there are no tables.
    """
    from medapp.cli.patients import one_patient, whose
    from medapp.formats.errors import UnreadableError
    from medapp.services.app import App
    from medapp.services.pgx import SampleError, TablesMissingError, call_genes, keep

    refuse_missing([path for path in (wish.vcf, wish.outside) if path])
    with App.open() as app:
        person = one_patient(app.library, wish.patient) if wish.patient else None
        try:
            found = call_genes(
                wish.vcf,
                sample=wish.sample,
                outside=wish.outside,
                data_folder=app.paths.data,
                research=wish.research,
                # A file with faults is no patient's genome; faults beside the genotypes are told else.
                strict=wish.strict or bool(wish.patient),
            )
        except SampleError as error:
            raise Problem(str(error), WRONG_USE) from error
        except TablesMissingError as error:
            raise Problem(str(error), NOTHING_FITS) from error
        except UnreadableError as error:
            message = f"{wish.vcf}: {error.reason}{_way_out(wish, error)}"
            raise Problem(message, NOTHING_FITS) from error
        if person is not None:
            keep(app.library, person.key, found)
    if wish.as_json:
        show.as_json(_report(found))
        return
    _print(found)
    if person is not None:
        show.remark(f"kept for {whose(person)}")


def _way_out(wish: Wish, error: UnreadableError) -> str:
    from medapp.formats.vcf.reading import INVALID

    if not (wish.strict or wish.patient) or error.code != INVALID:
        return ""
    what = "kept" if wish.patient else "called"
    way = "--patient" if wish.patient else "--strict"
    return f"; nothing was {what} (without {way} genes are called where genotypes are not in doubt)"


def _print(found: Pharmacogenome) -> None:
    show.table(("gene", "diplotype", "phenotype", "score", "missing"), [_row(call) for call in found.calls])
    for call in found.calls:
        for note in call.notes:
            show.remark(f"{call.gene}: {note}")
    for problem in found.problems[:_SHOWN]:
        show.remark(f"in the file: {problem}")
    if len(found.problems) > _SHOWN:
        show.remark(f"and {len(found.problems) - _SHOWN} more; --json tells all")
    show.remark("Not for diagnostic use.")


def _row(call: GeneCall) -> tuple[str, ...]:
    said = call.diplotypes or call.recommended
    names = " or ".join(one.name for one in call.diplotypes)
    names = names or ", ".join(one.name for one in call.components) or call.status
    scores = dict.fromkeys(f"{one.score:g}" for one in said if one.score is not None)
    phenotypes = dict.fromkeys(one.phenotype for one in said if one.phenotype)
    told = " or ".join(phenotypes) or ("" if call.status == "no-call" else _NO_PHENOTYPE)
    return (call.gene, names, told, " or ".join(scores), _missing(call))


def _missing(call: GeneCall) -> str:
    """How many positions are missing; those of an outside report were never looked at."""
    if call.status == "outside":
        return "from outside"
    return str(len(call.missing)) if call.missing else ""


def _report(found: Pharmacogenome) -> dict[str, Any]:
    return {
        "file": str(found.path),
        "sample": found.sample,
        "assembly": found.assembly or None,
        "tables": found.tables,
        "problems": list(found.problems),
        "genes": {call.gene: _gene(call) for call in found.calls},
    }


def _gene(call: GeneCall) -> dict[str, Any]:
    return {
        "status": call.status,
        "diplotypes": [_diplotype(one) for one in call.diplotypes],
        "components": [one.name for one in call.components],
        "recommended": [_diplotype(one) for one in call.recommended],
        "phased": call.phased,
        "missing": list(call.missing),
        "notes": list(call.notes),
        "tables": call.tables,
        "facts": dict(call.facts),
    }


def _diplotype(one: Diplotype) -> dict[str, Any]:
    return {
        "name": one.name,
        "alleles": [
            {"name": part.name, "function": part.function, "activity": part.activity}
            for part in one.haplotypes
        ],
        "phenotype": one.phenotype,
        "activity_score": one.score,
    }
