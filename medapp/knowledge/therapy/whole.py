"""Medicines of which only a part was recognised: what is missing may be an ingredient that no check saw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.domain.recommendation import Citation
from medapp.knowledge.therapy.saying import not_checked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from medapp.domain.medicines import Medicine
    from medapp.domain.recommendation import Check

_NAMES: Final = Citation("table", "this program's table", "ingredients.tsv, combinations.tsv")


def check_whole(medicines: Iterable[Medicine]) -> Iterator[Check]:
    """One check that names all medicines that were not recognised whole, and the words that say nothing."""
    partly = [one for one in medicines if one.drug.is_known and one.unclear]
    if not partly:
        return
    listed = "; ".join(
        f"{one.drug.name} (“{', '.join(one.unclear)}”; counted as {' + '.join(one.drug.ingredients)})"
        for one in partly
    )
    reason = f"not recognised whole, an ingredient may be missing from every check: {listed}"
    yield not_checked("interaction", partly, reason, _NAMES, part="whole")
