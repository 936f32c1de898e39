"""Take over a treatment plan from a file: for the patient that it names, and for nobody else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from medapp.services.plan_file import PlanFileError, holds_plan, read_plan

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from medapp.domain.patient import Patient
    from medapp.domain.plan import Plan
    from medapp.formats.recognise import RecordFile
    from medapp.library import Library
    from medapp.services.records import RecordsImport

KIND: Final = "Treatment plan"
"""Under which plans are counted beside the kinds of entries."""
_LARGEST: Final = 32 << 20
_MARK: Final = b"urn:medapp:plan"
_MANY: Final = 1000


def looks_like_plan(path: Path) -> bool:
    """Whether a file is a plan of this program, by its content."""
    import orjson

    try:
        if path.stat().st_size > _LARGEST:
            return False
        text = path.read_bytes()
        return _MARK in text and holds_plan(orjson.loads(text))
    except (OSError, ValueError):
        return False


def take_plans(library: Library, files: Iterable[RecordFile], done: RecordsImport) -> None:
    """Keep the plans of some files, and tell `done` what came of each."""
    from medapp.library.plans import SignedPlanError
    from medapp.services.import_sources import identity_of

    for file in files:
        try:
            take_plan(library, file.path)
        except (PlanFileError, SignedPlanError, OSError) as error:
            done.refused.append((identity_of(file), "", "plan", str(error)))
            done.unread.add(identity_of(file))
            continue
        done.files += 1
        done.counts[KIND] += 1


def take_plan(library: Library, path: Path) -> Plan:
    """Keep the plan of a file; taking the same one again changes nothing.

    Raises:
        PlanFileError: Where it holds no plan, was changed since it was written, or the patient that it names
            is not in the library, or not for certain.
        SignedPlanError: Where the library has another signed plan of this id.
        OSError: Where the file cannot be read.
    """
    import orjson

    try:
        bundle = orjson.loads(path.read_bytes())
    except ValueError as error:
        message = "this is no treatment plan of medapp"
        raise PlanFileError(message) from error
    plan, patient = read_plan(bundle)
    plan = replace(plan, patient=_key_of(library, plan.patient, patient))
    library.plans.put(plan)
    return plan


def _key_of(library: Library, key: str, patient: Patient) -> str:
    """The key of the one patient of the library who is named in the same way in every respect."""
    from medapp.services.library_list import list_patients

    wanted = _identity(patient)
    if not patient.id and not patient.name:
        message = "the plan does not say whom it is for"
        raise PlanFileError(message)
    words = patient.id or patient.name.replace("^", " ")
    found = {
        one.key for one in list_patients(library, words, count=_MANY).patients
        if _identity(one.patient) == wanted
    }  # fmt: skip
    if key in found:
        return key
    if len(found) == 1:
        return found.pop()
    message = (
        "several patients of the library are named as the plan says"
        if found
        else "the patient of this plan is not in the library: import their images or their record first"
    )
    raise PlanFileError(message)


def _identity(patient: Patient) -> tuple[str, str, str, str]:
    name = " ".join(part for part in patient.name.replace("^", " ").casefold().split() if part)
    return patient.id.strip(), name, patient.birth_date.replace("-", ""), patient.sex.strip().upper()
