"""What a proposal is printed as."""

from __future__ import annotations

import pytest

from medapp.cli.recommend import _option
from medapp.domain.recommendation import Change, Drug, Option

INSULIN = Change("continue", Drug("insulin", ("insulin",)))


@pytest.mark.parametrize(("title", "count"), [("The same as on 2020-05-16", 1), ("Go on with insulin", 0)])
def test_a_single_medicine_is_named_once(title, count, capsys):
    _option("beside", Option("o", title, (INSULIN,)))
    assert capsys.readouterr().out.count("   continue insulin") == count
