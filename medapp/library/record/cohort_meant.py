"""What words mean: measurements of a substance in blood, unless another specimen is named; and allergies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.domain.record.coding import LOINC
from medapp.knowledge.therapy.allergy_words import class_words
from medapp.knowledge.units.laboratory import fits, read_title, substance

if TYPE_CHECKING:
    from medapp.domain.cohort import Condition


class Meant:
    """What one condition means.

    Attributes:
        also: Other words under which the same is looked for.
        codes: LOINC codes under which it is, too.
    """

    def __init__(self, condition: Condition) -> None:
        """Read the words; of all but measurements and allergies they are taken as they stand."""
        self._code = f"|{condition.words[0]} " if len(condition.words) == 1 else ""
        self.also: tuple[tuple[str, ...], ...] = (condition.also,) if condition.also else ()
        self.codes: tuple[str, ...] = ()
        if condition.kind == "allergy":
            words = (tuple(one.split()) for one in class_words(" ".join(condition.words)))
            self.also = (*self.also, *words)
        if condition.kind != "measurement":
            return
        known = substance(condition.words) or (substance(condition.also) if condition.also else None)
        self._asked = [read_title(" ".join(words)) for words in (condition.words, condition.also) if words]
        if known is not None:
            names = [tuple(sorted(name)) for name in known.names]
            british = [tuple(word.replace("hemo", "haemo") for word in name) for name in names]
            self.also = tuple(dict.fromkeys((*self.also, *names, *british)))
            self.codes = tuple(sorted(known.codes))
        else:
            # "urine urobilinogen" finds "U-Urobilinogen", too.
            self.also = (*self.also, *[tuple(sorted(one.words)) for one in self._asked if one.words])

    def holds(self, title: str, codes: str, panel: str = "") -> bool:
        """Whether a measurement is meant.

        Args:
            title: As it is displayed.
            codes: As `` system|code `` words.
            panel: Title of the measurement that it is a part of.
        """
        if self._code and self._code in codes:
            return True
        loinc = [code.removeprefix(f"{LOINC}|") for code in codes.split() if code.startswith(f"{LOINC}|")]
        return any(fits(one, title, loinc, panel) for one in self._asked)
