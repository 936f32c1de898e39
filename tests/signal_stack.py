"""The stack that signals are handled on, put back after each test.

OpenVINO gives the thread that compiles a network one of its own and frees it when the network goes, in
whatever order networks go: what is left is a stack that is no longer there, and the next signal, such as
that of a test that takes too long, ends the process without a word.
"""

from __future__ import annotations

import ctypes
import sys


class _Stack(ctypes.Structure):
    _fields_ = (("place", ctypes.c_void_p), ("flags", ctypes.c_int), ("size", ctypes.c_size_t))


def signal_stack() -> _Stack:
    """The one that this thread has now."""
    found = _Stack()
    if sys.platform == "linux":
        ctypes.CDLL(None).sigaltstack(None, ctypes.byref(found))
    return found


def put_back(stack: _Stack) -> None:
    """Give this thread the one that it had."""
    if sys.platform == "linux" and signal_stack().place != stack.place:
        ctypes.CDLL(None).sigaltstack(ctypes.byref(stack), None)
