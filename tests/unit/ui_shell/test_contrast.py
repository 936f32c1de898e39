"""Writing can be read on every background that it stands on (WCAG 2.1, 1.4.3: 4.5 to 1)."""

from __future__ import annotations

import pytest

from medapp.ui.style.tokens import DARK, LIGHT, Tokens


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("look", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("words", ["text", "text_dim", "text_faint", "warning", "error", "success"])
@pytest.mark.parametrize("behind", ["canvas", "surface", "raised"])
def test_words_can_be_read(look: Tokens, words: str, behind: str) -> None:
    assert contrast(getattr(look, words), getattr(look, behind)) >= 4.5
