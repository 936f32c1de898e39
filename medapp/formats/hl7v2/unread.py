"""Segments that hold something of a patient and are not read: named once a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.domain.record import Refusal, Source

if TYPE_CHECKING:
    from collections import Counter

UNREAD: Final = "unread"
SILENT: Final = frozenset({
    "MSH", "EVN", "SFT", "UAC", "MSA", "ERR", "QAK", "QPD", "QRD", "QRF", "RCP", "RGS", "DSC", "BLG", "ADD",
    "NCK", "NSC", "NST", "STF", "PRA", "LAN", "ORG",
})  # fmt: skip
"""Of the message itself, of its answer, or of staff: nothing of a patient is lost with them."""
NAMES: Final = {
    "PD1": "further facts of the patient", "ARV": "access restriction", "ROL": "role of staff",
    "PRT": "participation", "DB1": "disability", "GT1": "guarantor", "IN1": "insurance",
    "IN2": "insurance, further", "IN3": "insurance, certification", "DRG": "diagnosis related group",
    "UB1": "bill", "UB2": "bill", "ABS": "abstract", "BLC": "blood codes", "RMI": "risk management incident",
    "GOL": "goal", "PTH": "pathway", "VAR": "variance", "REL": "relationship", "CER": "certificate",
    "AIS": "service of an appointment", "AIG": "resource of an appointment", "AIL": "place of an appointment",
    "AIP": "staff of an appointment", "RF1": "referral", "AUT": "authorisation", "PRD": "provider",
    "CTD": "contact", "CTI": "clinical trial", "CSR": "clinical study", "CSP": "clinical study phase",
    "CSS": "clinical study schedule", "RXC": "part of a compound medicine", "RXV": "infusion",
    "TQ2": "order of timings", "SAC": "container", "INV": "inventory", "CON": "consent",
    "BPO": "blood order", "BPX": "blood dispensed", "BTX": "blood transfusion", "BTS": "batch",
    "ODS": "diet", "ODT": "tray", "NPU": "bed status", "PES": "product experience", "PEO": "product event",
    "PCR": "possible cause", "PSH": "product summary", "OBX": "observation", "IPC": "imaging procedure",
    "FAC": "facility", "IIM": "inventory item", "IVT": "inventory", "DON": "donation", "SID": "substance",
}  # fmt: skip
"""Segments of the standard (v2.9, appendix A); only these are named: anything else may be patient data."""


def told(file: str, counts: Counter[str]) -> Refusal | None:
    """One sentence for the whole file; None where nothing was left unread.

    Args:
        file: Its name.
        counts: Names of segments without a reader, and how many there were.
    """
    lost = {name: count for name, count in counts.items() if name not in SILENT}
    if not lost:
        return None
    parts = [f"{name} ({NAMES[name]}) {count}" for name, count in sorted(lost.items()) if name in NAMES]
    own = sum(count for name, count in lost.items() if name not in NAMES and name.startswith("Z"))
    odd = sum(count for name, count in lost.items() if name not in NAMES and not name.startswith("Z"))
    parts += [f"the sender's own (Z) {own}"] if own else []
    parts += [f"of other names {odd}"] if odd else []
    return Refusal(Source(file, "hl7v2"), UNREAD, f"segments that are not read: {', '.join(parts)}")
