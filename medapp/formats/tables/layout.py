"""A table whose columns are published, and the short words of the lists of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from medapp.domain.record.coding import CVX, ICD9CM, ICD10CM, LOINC, NDC, RXNORM, SNOMED

if TYPE_CHECKING:
    from medapp.formats.tables.mapping import Content, Role

SYSTEMS = {
    "snomed": SNOMED, "loinc": LOINC, "rxnorm": RXNORM, "cvx": CVX, "ndc": NDC, "icd9cm": ICD9CM,
    "icd10cm": ICD10CM, "icd9pcs": "urn:oid:2.16.840.1.113883.6.104",
    "icd10pcs": "http://www.cms.gov/Medicare/Coding/ICD10", "unii": "http://fdasis.nlm.nih.gov",
    "hcpcs": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    "MR": "MR", "SS": "SS", "DL": "DL", "PPN": "PPN",
}  # fmt: skip
"""Short words of the lists below."""

SEXES = {
    "m": "male", "male": "male", "man": "male", "f": "female", "female": "female", "woman": "female",
    "other": "other", "unknown": "unknown", "u": "unknown",
}  # fmt: skip

SYSTEM_WORDS = (
    ("SNOMED-CT", SNOMED), ("SNOMED", SNOMED), ("http://snomed.info/sct", SNOMED), ("RxNorm", RXNORM),
    ("RXNORM", RXNORM), (RXNORM, RXNORM), ("LOINC", LOINC), (LOINC, LOINC), ("CVX", CVX), (CVX, CVX),
    ("Unknown", ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layout:
    """A published table.

    Attributes:
        name: ``family.table``.
        content: What a row is.
        needs: Columns that tell it from others; case does not matter.
        lacks: Columns that it never has.
        roles: ``column:role`` or ``column:role@system`` (``@unit`` for values); other columns are not read.
        words: What cells of a column stand for.
        labels: Of a list of what codes stand for: which contents the codes stand in; empty for all.
    """

    name: str
    content: Content
    needs: str
    roles: str
    lacks: str = ""
    words: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    undotted: bool = False
    medication: str = "statement"
    labels: str = ""

    def fits(self, headers: set[str]) -> bool:
        """Whether columns, in lower case, are those of this table."""
        return set(self.needs.split()) <= headers and not set(self.lacks.split()) & headers

    def role(self, header: str) -> tuple[Role, str]:
        """Role of a column with its system or unit; ignored where the list does not name it."""
        for item in self.roles.split():
            name, _, rest = item.partition(":")
            if name == header.casefold():
                role, _, more = rest.partition("@")
                return cast("Role", role), SYSTEMS.get(more, more)
        return "ignore", ""
