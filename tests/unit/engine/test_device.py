"""Which device a job gets."""

import pytest

from medapp.engine.device import choose


@pytest.mark.parametrize("wanted", ["banana", "cuda:x", "cpu:0", ""])
@pytest.mark.parametrize("gpu", ["none", "optional"])
def test_a_word_that_names_no_device_is_refused(wanted, gpu):
    with pytest.raises(RuntimeError, match="no device"):
        choose(wanted, gpu)


def test_the_processor_is_there_for_all():
    assert choose("cpu", "optional").name == "cpu"
    assert choose("auto", "none").name == "cpu"
    assert choose("cpu", "optional").memory_budget > 0
