"""A signal after a network of OpenVINO has gone reaches its handler."""

from __future__ import annotations

import ctypes
import sys

import pytest

from tests.signal_stack import _Stack, put_back, signal_stack


@pytest.mark.skipif(sys.platform != "linux", reason="the stack of signals is asked of the system's library")
def test_another_stack_is_put_back():
    before = signal_stack()
    memory = ctypes.create_string_buffer(1 << 16)
    other = _Stack(ctypes.addressof(memory), 0, len(memory))
    assert ctypes.CDLL(None).sigaltstack(ctypes.byref(other), None) == 0
    assert signal_stack().place == other.place
    put_back(before)
    assert signal_stack().place == before.place
