"""Checks put into words, the same way in all tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.domain.recommendation import Check, Citation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from medapp.domain.medicines import Medicine
    from medapp.domain.recommendation import CheckInput, CheckKind, Severity
    from medapp.knowledge.therapy.own import Rule

OWN: Final = "this program's table"


def names(medicines: Iterable[Medicine]) -> tuple[str, ...]:
    """How the medicines were called, each once."""
    return tuple(dict.fromkeys(one.drug.name for one in medicines))


def by_rule(
    rule: Rule,
    medicine: Medicine,
    kind: CheckKind,
    text: str,
    *,
    inputs: Sequence[CheckInput] = (),
    entries: Sequence[str] = (),
) -> Check:
    """What a row says of a medicine; `text` is the sentence with the facts of this patient."""
    severity: Severity = rule.row["severity"]  # type: ignore[assignment]  # held by `load_own`
    if medicine.is_local:
        text += " It seems to be applied locally; the table does not tell forms apart."
    own = (medicine.drug.entry,) if medicine.drug.entry else ()
    return Check(
        f"{kind}:{rule.row.table}.{rule.row.number}:{medicine.drug.name}",
        kind,
        "found",
        severity,
        (medicine.drug.name,),
        text,
        rule.row.citation,
        advice=rule.row["advice"],
        inputs=tuple(inputs),
        entries=(*own, *entries),
        vetoes=severity == "critical",
    )


def not_checked(
    kind: CheckKind,
    medicines: Iterable[Medicine],
    reason: str,
    citation: Citation,
    *,
    part: str = "",
    inputs: Sequence[CheckInput] = (),
) -> Check:
    """A check that could not be made, and why; it is never a clearance."""
    return Check(
        ":".join(one for one in (kind, "unknown", part) if one),
        kind,
        "unknown",
        "info",
        names(medicines),
        f"Not checked: {reason}.",
        citation,
        inputs=tuple(inputs),
        entries=tuple(dict.fromkeys(one.entry for one in inputs if one.entry)),
    )


def clear(
    kind: CheckKind,
    medicines: Iterable[Medicine],
    text: str,
    citation: Citation,
    *,
    part: str = "",
    inputs: Sequence[CheckInput] = (),
) -> Check:
    """A check that was made and found nothing; `text` says what was looked at."""
    return Check(
        ":".join(one for one in (kind, "clear", part) if one),
        kind,
        "clear",
        "info",
        names(medicines),
        text,
        citation,
        inputs=tuple(inputs),
        entries=tuple(dict.fromkeys(one.entry for one in inputs if one.entry)),
    )


def own_table(*tables: str) -> Citation:
    """A table of the program's own as a whole."""
    return Citation("table", OWN, ", ".join(f"{name}.tsv" for name in tables))
