"""How something is trained: the numbers of a plan, as far as they were set."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping


class Settable:
    """A dataclass of numbers with defaults that parameters of a task may set by name."""

    @classmethod
    def of(cls, parameters: Mapping[str, object]) -> Self:
        """From what was set; the rest as it is by default, and what is not of this plan is left to others."""
        plan: Any = cls
        known: dict[str, Any] = {one.name: type(one.default) for one in fields(plan)}
        found: Self = plan(
            **{name: known[name](str(parameters[name])) for name in known if name in parameters}
        )
        return found
