"""A treatment plan for tests, with one of everything."""

from __future__ import annotations

from medapp.domain.plan import Focus, Plan
from medapp.domain.recommendation import (
    Change,
    Check,
    CheckInput,
    Citation,
    Drug,
    Estimate,
    LineDecision,
    Option,
    Statement,
)
from medapp.domain.record import Code, Quantity, When

TABLE = Citation("table", "Interactions", "row 7", "2026-01", population="adults")
WARFARIN = Drug("Warfarin 5 mg", ("warfarin",), (Code("rx", "11289"),), ("B01AA",), "5 mg", "e1")
ASPIRIN = Drug("Aspirin", ("acetylsalicylic acid",))
METFORMIN = Drug("Metformin", ("metformin",), dose="850 mg")
BLEEDS = Check(
    "i1", "interaction", "found", "critical", ("Warfarin 5 mg", "acetylsalicylic acid"), "They bleed.", TABLE,
    inputs=(CheckInput("eGFR", Quantity(61.0, "mL/min/1.73m2"), When("2026-03-01"), "e9"),), vetoes=True,
)  # fmt: skip
OPTION = Option(
    "o1", "Second line",
    (
        Change("start", ASPIRIN, "100 mg"),
        Change("stop", WARFARIN),
        Change("change", METFORMIN, "500 mg", "eGFR"),
    ),
    0.4, (Statement("for", "It helped others.", TABLE, ("e1",)),), (BLEEDS,),
    (Estimate("death", 0.1, 0.05, 0.2, 1826.0, TABLE),), ("i1",),
)  # fmt: skip
PLAN = Plan(
    "p1", "patient", "2026-11-01T10:00:00+00:00", OPTION, (WARFARIN, METFORMIN), (Focus("Diabetes", "e4"),),
    (TABLE,), (Change("continue", Drug("something unknown")),),
)  # fmt: skip


def decided(*verdicts: str) -> tuple[LineDecision, ...]:
    return tuple(
        LineDecision("o1", line, verdict, "250 mg" if verdict == "changed" else "", "because")  # type: ignore[arg-type]
        for line, verdict in enumerate(verdicts)
        if verdict
    )
