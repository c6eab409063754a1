"""Where the axis of a forest plot ends, and how effects are written beside it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from statistics import median, median_low

from remit.plots.axis import format_number
from remit.plots.forest_data import ForestGroup, ForestSpec

__all__ = ["effect_parts", "forest_limits", "write_effect", "write_interval"]

PADDING = 0.04
"""Free share of the axis beyond the outermost value."""
CROWDING = 1.8
"""How much wider than the robust axis the full one may be before intervals are cut."""

_PARTS = re.compile(r"^(?:(\S+) )?([(\[]\S+) (?:(to) )?(\S+[)\]])$")


def forest_limits(groups: Sequence[ForestGroup], spec: ForestSpec) -> tuple[float, float]:
    """Return the ends of the axis.

    All effects, summaries and the null are shown, and all intervals unless a few would crush the
    rest: then the axis reaches 1.5 times the lower median half-width beyond the effects, and
    longer intervals end in arrows. An effect more than six half-widths and deviations from the
    median effect does not stretch the axis either.

    Parameters
    ----------
    groups : sequence of ForestGroup
        Checked groups.
    spec : ForestSpec
        Null, scale, and fixed limits where wanted.

    Returns
    -------
    (low, high) : tuple of float
        On the scale that is shown.
    """
    if spec.limits is not None:
        return spec.limits
    scaled = [tuple(_scale(v, spec.log) for v in triple) for triple in _triples(groups)]
    effects = [effect for effect, _, _ in scaled if math.isfinite(effect)]
    ends = [v for _, low, high in scaled for v in (low, high) if math.isfinite(v)]
    null = [] if spec.null is None else [_scale(spec.null, spec.log)]
    if not effects and not ends:
        low, high = null[0] - 1.0 if null else 0.0, null[0] + 1.0 if null else 1.0
    else:
        low, high = _robust_limits(effects or ends, ends or effects, scaled, null)
    if high - low < 1e-9 * max(1.0, abs(low)):
        low, high = low - 0.5, high + 0.5
    pad = PADDING * (high - low)
    low, high = low - pad, high + pad
    return (math.exp(low), math.exp(high)) if spec.log else (low, high)


def _robust_limits(
    effects: list[float],
    ends: list[float],
    scaled: Sequence[tuple[float, ...]],
    null: list[float],
) -> tuple[float, float]:
    halves = [(high - low) / 2 for _, low, high in scaled if math.isfinite(high - low)]
    half = median_low(halves) if halves else 0.0
    centre = median(effects)
    reach = 6 * max(median(abs(e - centre) for e in effects), half) or math.inf
    core = [e for e in effects if abs(e - centre) <= reach] + null
    full = min(*core, *ends, math.inf), max(*core, *ends, -math.inf)
    robust = min(core) - 1.5 * half, max(core) + 1.5 * half
    if full[1] - full[0] <= CROWDING * (robust[1] - robust[0]):
        return full
    return max(full[0], robust[0]), min(full[1], robust[1])


def _triples(groups: Sequence[ForestGroup]) -> list[tuple[float, float, float]]:
    triples = []
    for group in groups:
        items = (*group.rows, *((group.summary,) if group.summary else ()))
        for item in items:
            if item.effect is not None and item.ci_low is not None and item.ci_high is not None:
                triples.append((item.effect, item.ci_low, item.ci_high))
        s = group.summary
        if s is not None and s.pi_low is not None and s.pi_high is not None:
            triples.append((s.effect, s.pi_low, s.pi_high))
    return triples


def _scale(value: float, log: bool) -> float:
    if not log:
        return value
    return math.log(value) if value > 0 else -math.inf


def write_interval(low: float, high: float, decimals: int) -> str:
    """Return ``(low to high)``."""
    return f"({format_number(low, decimals)} to {format_number(high, decimals)})"


def write_effect(effect: float, low: float, high: float, decimals: int) -> str:
    """Return ``effect (low to high)``."""
    return f"{format_number(effect, decimals)} {write_interval(low, high, decimals)}"


def effect_parts(text: str) -> tuple[str, str, str, str]:
    """Split an effect with interval so that its numbers can be aligned in columns.

    Parameters
    ----------
    text : str
        Such as ``-1.52 (-2.31 to -0.73)`` or ``1.2 [0.8, 1.9]``.

    Returns
    -------
    tuple of str
        Effect, lower bound, the word between, upper bound. A text of another form comes back
        whole in the last place.
    """
    match = _PARTS.match(text)
    if match is None:
        return "", "", "", text
    return match[1] or "", match[2], match[3] or "", match[4]
