"""Where the axis ends, and how effects are written."""

import math

import pytest

from remit.plots.forest import ForestGroup, ForestRow, ForestSpec, ForestSummary
from remit.plots.forest_axis import effect_parts, forest_limits, write_effect

SPEC = ForestSpec(axis_label="MD")


def group(
    *triples: tuple[float, float, float], summary: ForestSummary | None = None
) -> ForestGroup:
    rows = tuple(
        ForestRow(label=str(i), effect=e, ci_low=low, ci_high=high)
        for i, (e, low, high) in enumerate(triples)
    )
    return ForestGroup(title="", rows=rows, summary=summary)


ALIKE = ((-1, -2, 0), (-1.2, -2.1, -0.3), (-0.5, -1.6, 0.6), (-0.8, -1.7, 0.1))


def test_intervals_alike_are_all_shown() -> None:
    low, high = forest_limits([group(*ALIKE)], SPEC)
    assert low < -2.1
    assert high > 0.6


@pytest.mark.parametrize("rows", [ALIKE, ALIKE[:1], ALIKE[:2]])
def test_one_huge_interval_does_not_crush_the_rest(
    rows: tuple[tuple[float, float, float], ...],
) -> None:
    low, high = forest_limits([group(*rows, (-1, -30, 28))], SPEC)
    assert high - low < 8
    assert all(low < a and b < high for _, a, b in rows)


def test_a_single_interval_is_shown_whole() -> None:
    low, high = forest_limits([group((3, -40, 46))], SPEC)
    assert low < -40
    assert high > 46


def test_the_null_and_the_summary_are_on_the_axis() -> None:
    summary = ForestSummary(label="x", effect=-6, ci_low=-7, ci_high=-5)
    low, high = forest_limits([group((-6, -7, -5), summary=summary)], SPEC)
    assert low < -7
    assert high > 0


def test_an_effect_far_from_all_others_leaves_the_axis() -> None:
    low, high = forest_limits([group(*ALIKE, (500, 400, 600))], SPEC)
    assert high < 10
    assert low > -10


def test_bounds_at_zero_or_infinity_leave_a_log_axis() -> None:
    spec = ForestSpec(axis_label="OR", null=1, log=True)
    low, high = forest_limits([group((2, 0, math.inf), (1.5, 0.5, 4.5))], spec)
    assert 0 < low < 0.5
    assert 4.5 < high < 20


def test_given_limits_are_kept() -> None:
    assert forest_limits([group(*ALIKE)], ForestSpec(axis_label="", limits=(-3, 3))) == (-3, 3)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("−1.52 (−2.31 to −0.73)", ("−1.52", "(−2.31", "to", "−0.73)")),
        ("1.2 [0.8, 1.9]", ("1.2", "[0.8,", "", "1.9]")),
        ("(−2 to 1)", ("", "(−2", "to", "1)")),
        ("not poolable", ("", "", "", "not poolable")),
    ],
)
def test_effects_split_into_columns(text: str, parts: tuple[str, ...]) -> None:
    assert effect_parts(text) == parts


def test_effects_are_written_with_true_minus_signs() -> None:
    assert write_effect(-1.5, -2.25, 0.004, 2) == "−1.50 (−2.25 to 0.00)"
