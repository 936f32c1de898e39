"""What is wrong with one resource, and where."""

from __future__ import annotations


class FaultError(Exception):
    """An element that cannot be read.

    Attributes:
        path: From the resource down (``referenceRange[0].low.value``).
        why: The end of a sentence that begins with the path; without values of the patient.
        quote: What is written there, where that helps; see `Refusal.quote`.
    """

    def __init__(self, path: str, why: str, quote: str = "") -> None:
        """Set all."""
        super().__init__(f"{path} {why}")
        self.path = path
        self.why = why
        self.quote = quote


def inside(fault: FaultError, parent: str, index: int | None = None) -> FaultError:
    """The same fault, seen from the element that holds it; `index` where that is one of several."""
    at = parent if index is None else f"{parent}[{index}]"
    return FaultError(f"{at}.{fault.path}", fault.why, fault.quote)
