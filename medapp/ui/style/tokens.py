"""Colours, distances and type of the window. Widgets name these and never write a colour of their own.

``tokens.current()`` gives the set in use, ``tokens.DARK`` and ``tokens.LIGHT`` the two there are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

GRID = 4
"""px: every distance is a multiple of it."""

LABEL_COLORS = (
    "#e69f00",
    "#56b4e9",
    "#009e73",
    "#f0e442",
    "#0072b2",
    "#d55e00",
    "#cc79a7",
    "#999999",
)
"""For labels without a colour of their own: Okabe and Ito's set, told apart by colour-blind readers."""


@dataclass(frozen=True)
class Tokens:
    """One look.

    Attributes:
        viewport: Behind images; black in every look, as grey levels are judged against it.
        canvas, surface, raised, hover, pressed: Backgrounds from the back to the front.
        border, border_strong: Lines between them.
        text, text_dim, text_faint: Writing, by weight.
        accent, accent_hover, accent_text, selection: The one accent: what is chosen or may be pressed first.
        info, success, warning, error: States only. The ``*_surface`` ones lie behind their texts.
        image_text, image_outline, image_warning: Writing on images and its dark edge.
        crosshair, measure, measure_active: Lines on images.
        missing, broken: Slices that have not been read yet, and those that cannot be.
        gap_*: Distances in px on the 4 px grid. radius, border_width, control_height, rail_width,
            drawer_width, inspector_width, banner_height, jobs_height, icon: Sizes in px.
        font_small, font, font_large, font_title: Sizes in pt.
        hidpi_font_scale: Type and sizes grow together by it where the user asks for larger type.
    """

    name: str = "dark"
    viewport: str = "#000000"
    canvas: str = "#121518"
    surface: str = "#191d21"
    raised: str = "#22272c"
    hover: str = "#2b3137"
    pressed: str = "#353c43"
    border: str = "#2d3339"
    border_strong: str = "#444c54"
    text: str = "#e3e7ea"
    text_dim: str = "#a3adb6"
    text_faint: str = "#858f99"
    accent: str = "#5aa9e0"
    accent_hover: str = "#78bceb"
    accent_text: str = "#0b1319"
    selection: str = "#1f3a4e"
    info: str = "#7fb4da"
    success: str = "#6cc091"
    warning: str = "#e0b35c"
    error: str = "#e8837a"
    info_surface: str = "#1b2831"
    success_surface: str = "#1b2b23"
    warning_surface: str = "#302818"
    error_surface: str = "#35201f"
    image_text: str = "#d5dade"
    image_outline: str = "#000000"
    image_warning: str = "#f0c46a"
    crosshair: str = "#5aa9e0"
    measure: str = "#f0d264"
    measure_active: str = "#ffffff"
    missing: str = "#0b0d10"
    broken: str = "#3a1216"
    gap_tiny: int = GRID
    gap_small: int = 2 * GRID
    gap: int = 3 * GRID
    gap_large: int = 4 * GRID
    gap_huge: int = 8 * GRID
    radius: int = GRID
    border_width: int = 1
    control_height: int = 7 * GRID
    rail_width: int = 18 * GRID
    drawer_width: int = 100 * GRID
    inspector_width: int = 86 * GRID
    banner_height: int = 12 * GRID
    jobs_height: int = 7 * GRID
    thumbnail: int = 24 * GRID
    icon: int = 4 * GRID
    font_small: float = 10.0
    font: float = 10.5
    font_large: float = 11.5
    font_title: float = 13.0
    hidpi_font_scale: float = 1.0


DARK = Tokens()

LIGHT = replace(
    DARK,
    name="light",
    canvas="#e9ecef",
    surface="#f5f6f8",
    raised="#ffffff",
    hover="#e4e8ec",
    pressed="#d5dbe0",
    border="#d3d9de",
    border_strong="#aab3bb",
    text="#1b2126",
    text_dim="#4c5760",
    text_faint="#5f6a73",
    accent="#1d6fa8",
    accent_hover="#155a8a",
    accent_text="#ffffff",
    selection="#cfe4f3",
    info="#1d6fa8",
    success="#1d7346",
    warning="#8a5d00",
    error="#b3312a",
    info_surface="#e3eff8",
    success_surface="#e1f2e8",
    warning_surface="#faf0d9",
    error_surface="#fbe5e3",
)

_LOOKS = {look.name: look for look in (DARK, LIGHT)}
_in_use = [DARK]


def current() -> Tokens:
    """The look in use; dark unless the user chose otherwise."""
    return _in_use[0]


def choose(name: str) -> Tokens:
    """Use the look of this name, the dark one where there is none; returns it."""
    _in_use[0] = _LOOKS.get(name, DARK)
    return _in_use[0]
