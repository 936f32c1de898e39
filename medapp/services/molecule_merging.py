"""What several runs say of one molecule, as one row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.domain.molecule import Alert, Metabolite, MoleculeRow, Property


def merged(rows: Sequence[MoleculeRow]) -> MoleculeRow:
    """One row of several about the same molecule, the later ones going before the earlier.

    Metabolites of a run that was made for them (it has sites) go before those that came along with harm.
    What one run refused and another worked with is not refused.

    Raises:
        ValueError: Where there is none.
    """
    if not rows:
        message = "there is no row"
        raise ValueError(message)
    known = [row for row in rows if not row.refused] or [rows[-1]]
    properties: dict[str, Property] = {}
    alerts: dict[tuple[str, str, str], Alert] = {}
    for row in known:
        properties.update({one.name: one for one in row.properties})
        alerts.update({(one.name, one.title, one.of): one for one in row.alerts})
    return replace(
        known[0],
        properties=tuple(properties.values()),
        alerts=tuple(alerts.values()),
        sites=next((row.sites for row in reversed(known) if row.sites), ()),
        metabolites=_metabolites(known),
        nearest=next((row.nearest for row in reversed(known) if row.nearest), None),
        others=next((row.others for row in rows if row.others), ()),
    )


def _metabolites(rows: Sequence[MoleculeRow]) -> tuple[Metabolite, ...]:
    with_sites = [row for row in rows if row.sites]
    return next((row.metabolites for row in reversed(with_sites or rows) if row.metabolites), ())


def without_patient(row: MoleculeRow) -> MoleculeRow:
    """The row without what is said of a patient's enzymes and medicines."""
    return replace(row, metabolites=tuple(replace(one, note="") for one in row.metabolites))
