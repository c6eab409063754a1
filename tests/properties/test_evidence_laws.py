"""Laws of reading and answering that hold for all tables."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.evidence.data import ArmOutcome, Contrast, EvidenceBase
from remit.io.text_tables import parse_table
from remit.synthesis.between import BetweenSpec, between_effects
from remit.synthesis.counts import CountSpec, count_rows
from remit.synthesis.pool import pool
from remit.synthesis.proportions import pool_proportions
from remit.synthesis.spec import RandomEffects
from remit.synthesis.within import WithinSpec, within_effects

ROUNDING = 1e-9  # sums of a few doubles, and the root of a score to ten digits

names = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=12)
#: Any text but NUL and lone surrogates, which no text file can hold; outer blanks are stripped.
cells = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20).map(
    str.strip
)


@st.composite
def tables(draw):
    header = draw(st.lists(names, min_size=2, max_size=6, unique=True))  # one shows no separator
    row = st.lists(cells, min_size=len(header), max_size=len(header)).filter(any)
    return header, draw(st.lists(row, max_size=6))


@settings(max_examples=60, deadline=None)
@given(table=tables(), separator=st.sampled_from(",;\t"))
def test_what_is_written_is_read(table, separator):
    header, rows = table
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=separator).writerows([header, *rows])
    found = parse_table(file.getvalue(), "t.csv")
    assert found.header == tuple(header)
    assert found.rows == tuple(map(tuple, rows))
    assert found.row_numbers == tuple(range(2, len(rows) + 2))


BETWEEN = BetweenSpec(
    outcome="pain-intensity",
    treatment_class="ketamine",
    comparator_class="dopamine-antagonist",
    time_h=(0.5, 1.0),
    scale="nrs-0-10",
)
WITHIN = WithinSpec(
    outcome="pain-intensity",
    treatment_class="ketamine",
    baseline=("baseline",),
    end=("end-of-treatment", "discharge"),
    scale="nrs-0-10",
    sd_change=2.5,
    correlation=0.25,
)
COUNT = CountSpec(
    outcome="responder",
    definition="drop-2-points",
    treatment_class="ketamine",
    times=("end-of-treatment", "discharge"),
)


def answers(base: EvidenceBase) -> dict[str, dict[str, float]]:
    """Pooled numbers of three questions, and of each study in them."""
    found: dict[str, dict[str, float]] = {}
    for name, effects in (
        ("between", between_effects(base, BETWEEN)),
        ("within", within_effects(base, WITHIN)),
    ):
        result = pool(effects, RandomEffects())
        found[name] = {
            "effect": result.effect,
            "low": result.interval.low,
            "high": result.interval.high,
            "k": result.k,
            "n": result.n,
            **{f"{r.study} effect": r.effect for r in effects.rows},
            **{f"{r.study} error": r.std_error for r in effects.rows},
            **{f"{r.study} aside": 1.0 for r in effects.set_aside},
        }
    counts = count_rows(base, COUNT)
    share = pool_proportions(counts)
    found["count"] = {
        "share": share.proportion.value,
        **{r.study: r.events / r.n for r in counts.rows},
    }
    return found


@pytest.fixture(scope="module")
def primary(shipped_base):
    return shipped_base.primary()


@pytest.fixture(scope="module")
def wanted(primary):
    return answers(primary)


@settings(max_examples=12, deadline=None)  # each example pools three questions
@given(order=st.randoms(use_true_random=False))
def test_order_of_the_rows_is_irrelevant(order, primary, wanted):
    def shuffled(rows):
        return tuple(order.sample(rows, len(rows)))

    tables = ("studies", "arms", "outcomes", "contrasts", "sources", "scales")
    base = replace(primary, **{name: shuffled(getattr(primary, name)) for name in tables})
    found = answers(base)
    assert {k: set(v) for k, v in found.items()} == {k: set(v) for k, v in wanted.items()}
    for name, numbers in found.items():
        for key, value in numbers.items():
            assert math.isclose(value, wanted[name][key], rel_tol=ROUNDING), (name, key)


#: Columns of a row that are in units of its scale.
SCALED = {
    ArmOutcome: ("mean", "sd", "se", "spread_unlabelled", "ci_low", "ci_high", "median", "q1",
                 "q3", "iqr_width", "min", "max"),
    Contrast: ("estimate", "se", "ci_low", "ci_high"),
}  # fmt: skip


def rescaled(row, scale, to, factor):
    """Return the row as if it had been printed on the scale ``to``."""
    if row.scale != scale:
        return row
    changes = {c: getattr(row, c) for c in SCALED[type(row)] if getattr(row, c) is not None}
    return replace(row, scale=to, **{c: v * factor for c, v in changes.items()})


@pytest.mark.parametrize(
    ("scale", "to", "factor"),
    [("vas-0-100-mm", "nrs-0-10", 0.1), ("nrs-0-10", "vas-0-100-mm", 10.0)],
)
def test_printed_on_another_scale_nothing_changes(primary, wanted, scale, to, factor):
    base = replace(
        primary,
        outcomes=tuple(rescaled(o, scale, to, factor) for o in primary.outcomes),
        contrasts=tuple(rescaled(c, scale, to, factor) for c in primary.contrasts),
    )
    assert base.outcomes != primary.outcomes
    found = answers(base)
    for name in ("between", "within"):
        for key, value in found[name].items():
            assert value == pytest.approx(wanted[name][key], rel=ROUNDING), (name, key)


def test_asked_on_another_scale_only_the_unit_changes(primary):
    points = between_effects(primary, BETWEEN)
    mm = between_effects(primary, replace(BETWEEN, scale="vas-0-100-mm"))
    assert (points.unit, mm.unit) == ("points (0 to 10)", "mm (0 to 100)")
    for one, ten in zip(points.rows, mm.rows, strict=True):
        assert ten.effect == pytest.approx(10 * one.effect, rel=ROUNDING)
        assert ten.std_error == pytest.approx(10 * one.std_error, rel=ROUNDING)
    assert [r.study for r in points.set_aside] == [r.study for r in mm.set_aside]
    one, ten = pool(points, RandomEffects()), pool(mm, RandomEffects())
    assert ten.effect == pytest.approx(10 * one.effect, rel=ROUNDING)
    assert ten.i2 == pytest.approx(one.i2, rel=ROUNDING)
