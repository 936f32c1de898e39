"""Whether a text is a URL (RFC 3986), without ever opening it."""

from __future__ import annotations

import re

_URL = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*://"
    r"(?:[^\s/?#@<>]*@)?"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s/?#@:<>\[\]]*)"
    r"(?::(?P<port>[0-9]{0,5}))?"
    r"(?:[/?#][^\s<>\"]*)?"
)
_NUMBERS = re.compile(r"[0-9.]+")
_ADDRESS = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!$)|$)){4}")
_LABEL = re.compile(r"[0-9A-Za-z_](?:[0-9A-Za-z_-]*[0-9A-Za-z_])?")


def is_url(text: str) -> bool:
    """Whether it has a scheme and a host that could be one; only ``file:`` may do without a host."""
    match = _URL.fullmatch(text)
    if match is None:
        return False
    host = match.group("host")
    if not host:
        return text.lower().startswith("file:")
    if host.startswith("["):
        return True
    if _NUMBERS.fullmatch(host):
        return _ADDRESS.fullmatch(host) is not None
    return all(_LABEL.fullmatch(label) for label in host.removesuffix(".").split("."))
