"""One look for every figure: named colours, sizes in points, line widths.

Colours are roles, not values: a drawing says ``INK`` or ``ACCENT`` and the page decides what
that is in dark mode. The two hues, blue and rust, differ in lightness and in the red-green free
channel, so they stay apart for the common forms of colour blindness; treatments are told apart
by the shape of their mark as well. INK, MUTED, ACCENT and SECOND have a contrast of at least
4.5 to 1 on PAPER (WCAG 2.2, criterion 1.4.3).
"""

from __future__ import annotations

from types import MappingProxyType

__all__ = [
    "ACCENT",
    "BAND",
    "BODY",
    "COLOURS",
    "CSS_VARIABLES",
    "FONT_FAMILY",
    "HAIRLINE",
    "INK",
    "LINE",
    "MARGIN",
    "MUTED",
    "NARROW_BODY",
    "NARROW_SMALL",
    "NARROW_WIDTH",
    "PAPER",
    "RULE",
    "SECOND",
    "SMALL",
    "SVG_FONT_STACK",
    "THIN",
    "WIDE_WIDTH",
]

INK = "ink"
"""Text, axes, intervals."""
MUTED = "muted"
"""Secondary text, and what is shown but not pooled."""
RULE = "rule"
"""Hairlines between parts of a figure, gridlines."""
ACCENT = "accent"
"""Calm blue: the first treatment, pooled results."""
SECOND = "second"
"""Rust: the second treatment."""
BAND = "band"
"""Pale ground of a strip that stands apart."""
PAPER = "paper"
"""Inside of hollow marks."""

COLOURS = MappingProxyType(
    {
        INK: "#1f2a36",
        MUTED: "#5f6b78",
        RULE: "#d3d9df",
        ACCENT: "#2b6cb0",
        SECOND: "#b4531c",
        BAND: "#eef2f6",
        PAPER: "#ffffff",
    }
)
"""Colour of each role on white paper; every value occurs once, so that it names its role."""

CSS_VARIABLES = MappingProxyType({role: f"--fig-{role}" for role in COLOURS})
"""CSS variable by which a page recolours each role."""

FONT_FAMILY = "DejaVu Sans"
"""Typeface of saved figures; ships with matplotlib, so its widths are the same everywhere."""

SVG_FONT_STACK = (
    "var(--fig-font, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', "
    "'Liberation Sans', Arial, 'DejaVu Sans', sans-serif)"
)
"""Typefaces of inline figures: all narrower than DejaVu Sans, so what is laid out fits."""

WIDE_WIDTH = 518.4
"""Width of a figure over two journal columns: 7.2 inches, 183 mm, in points."""
NARROW_WIDTH = 300.0
"""Width of a figure for a phone, in points; a 390 px screen shows it at 1.3 px per point."""

BODY = 7.5
"""Size of ordinary text, in points."""
SMALL = 7.0
"""Size of secondary text, in points; nothing is smaller."""
NARROW_BODY = 9.0
"""Size of ordinary text on a phone, in points."""
NARROW_SMALL = 8.0
"""Size of secondary text on a phone, in points."""

MARGIN = 6.0
"""Free border around every figure, in points."""
HAIRLINE = 0.5
"""Width of rules and gridlines, in points."""
THIN = 0.8
"""Width of intervals and axes, in points."""
LINE = 1.3
"""Width of lines that carry the message, in points."""
