"""Broken and malicious phenopackets."""

from __future__ import annotations

import json

from tests.hostile.made.kind import Files
from tests.hostile.record_good import PACKET

BARE = {key: value for key, value in PACKET.items() if key != "metaData"}

PACKETS: Files = {
    "cut": ("refused", json.dumps(PACKET)[:150]),
    "no_version": ("refused", json.dumps(BARE)),
    "old_version": ("refused", json.dumps({**BARE, "metaData": {"phenopacketSchemaVersion": "1.0.0"}})),
    "no_subject": ("refused", json.dumps({**PACKET, "subject": {}})),
    "wrong_shape": ("told", json.dumps({**PACKET, "phenotypicFeatures": {"type": "x"}})),
    "bad_line": ("told", f"{json.dumps(PACKET)}\n{{broken\n{json.dumps(PACKET)}"),
    "files": ("read", json.dumps({**PACKET, "files": [{"uri": "@FILE@"}, {"uri": "@URL@"}]})),
}
