"""Whether a bgzip file was cut off (BGZF, section 4.1 of the SAM specification)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_MAGIC = b"\x1f\x8b\x08\x04"
_SUBFIELD = b"BC\x02\x00"
_HEADER_LENGTH = 16
_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
"""The empty block that ends every whole file."""


def is_cut_off(path: Path) -> bool:
    """Whether a bgzip file lacks the block that ends it; False for files that are not bgzip."""
    with path.open("rb") as file:
        head = file.read(_HEADER_LENGTH)
        if not head.startswith(_MAGIC) or not head.endswith(_SUBFIELD):
            return False
        if file.seek(0, os.SEEK_END) < len(_END):
            return True
        file.seek(-len(_END), os.SEEK_END)
        return file.read() != _END
