"""Which atoms of a drawing are marked, and how strongly. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from medapp.domain.molecule import Alert, Metabolite, Site

Kind = Literal["site", "for", "against", "differs"]
_FAINTEST: Final = 0.2
_DIFFERS: Final = 0.5
_STEPS: Final = 8


class Mark(NamedTuple):
    """An atom.

    Attributes:
        weight: From 0 to 1, the larger the stronger.
    """

    atom: int
    weight: float
    kind: Kind


def of_sites(sites: Iterable[Site], enzyme: str) -> tuple[Mark, ...]:
    """Sites of one enzyme by their score."""
    return tuple(_mark(site.atom, site.score, "site") for site in sites if site.enzyme == enzyme)


def of_alert(alert: Alert) -> tuple[Mark, ...]:
    """Atoms of an alert by their share of the strongest: those that speak for it, and those against it."""
    most = max((abs(weight) for _, weight in alert.atoms), default=0.0)
    if not most:
        return ()
    return tuple(
        _mark(atom, abs(weight) / most, "for" if weight > 0 else "against") for atom, weight in alert.atoms
    )


def of_metabolite(metabolite: Metabolite) -> tuple[Mark, ...]:
    """Atoms that a reaction changes: the first reacts."""
    return tuple(_mark(atom, 1.0 if not n else _FAINTEST, "site") for n, atom in enumerate(metabolite.atoms))


def of_differences(atoms: Iterable[int]) -> tuple[Mark, ...]:
    """Atoms that another molecule has not."""
    return tuple(_mark(atom, _DIFFERS, "differs") for atom in atoms)


def _mark(atom: int, weight: float, kind: Kind) -> Mark:
    """In few steps, so that drawings can be kept."""
    shown = min(max(weight, _FAINTEST), 1.0)
    return Mark(atom, round(shown * _STEPS) / _STEPS, kind)


def mixed(over: str, under: str, share: float) -> str:
    """A colour between two, ``#rrggbb``: `share` of the first."""
    parts = [
        round(int(over[at : at + 2], 16) * share + int(under[at : at + 2], 16) * (1 - share))
        for at in (1, 3, 5)
    ]
    return "#" + "".join(f"{part:02x}" for part in parts)
