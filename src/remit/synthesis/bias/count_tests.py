"""Do small trials with yes/no outcomes differ: regression tests made from the counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import check_level
from remit.core.notes import Note
from remit.synthesis.bias.cautions import asymmetry_notes
from remit.synthesis.bias.count_tables import CountTables, count_tables
from remit.synthesis.bias.regression_lines import line_test
from remit.synthesis.bias.regression_result import RegressionTest

__all__ = ["deeks_test", "harbord_test", "peters_test"]

FloatArray = npt.NDArray[np.float64]


def harbord_test(
    events_1: Any, n_1: Any, events_2: Any, n_2: Any, *, level: float = 0.95
) -> RegressionTest:
    """Test as Harbord 2006: regression of the efficient score over its variance, Z/V.

    Z = a - (a + c) n_1/n and V = n_1 n_2 (a + c)(b + d) / (n^2 (n - 1)), the score of the log
    odds ratio at 0 and its hypergeometric variance. Z/V is regressed on 1/sqrt(V) with weights V.

    Parameters
    ----------
    events_1, n_1, events_2, n_2 : (k,) array-like of int
        Number with the event and size of each arm. Tables in which nobody or everybody has the
        event carry no information and are set aside.
    level : float
        Coverage of the intervals.

    Returns
    -------
    RegressionTest

    Raises
    ------
    InputError
        If a count is missing, negative, not whole or above its arm's size (the study is named).
    """
    tables = count_tables(events_1, n_1, events_2, n_2)
    a, n1, n, events = tables.events_1, tables.n_1, tables.n, tables.events
    score = a - events * (n1 / n)
    information = n1 / n * (tables.n_2 / n) * events * ((n - events) / (n - 1.0))
    return _test(
        tables,
        score / information,
        1.0 / np.sqrt(information),
        information,
        test="Harbord",
        predictor="1/sqrt(V)",
        level=level,
    )


def peters_test(
    events_1: Any, n_1: Any, events_2: Any, n_2: Any, *, level: float = 0.95
) -> RegressionTest:
    """Test as Peters 2006: regression of the log odds ratio on 1/n.

    Weights 1 / (1/(a + c) + 1/(b + d)). Arguments as in `harbord_test`; in tables with an empty
    cell 0.5 is added to each cell of the odds ratio.
    """
    tables = count_tables(events_1, n_1, events_2, n_2)
    weights = 1.0 / (1.0 / tables.events + 1.0 / (tables.n - tables.events))
    return _test(
        tables,
        tables.log_odds_ratio,
        1.0 / tables.n,
        weights,
        test="Peters",
        predictor="1/n",
        level=level,
    )


def deeks_test(
    events_1: Any, n_1: Any, events_2: Any, n_2: Any, *, level: float = 0.95
) -> RegressionTest:
    """Test as Deeks 2005, for diagnostic odds ratios: regression on 1/sqrt(ESS), weights ESS.

    The effective sample size is ESS = 4 n_1 n_2 / (n_1 + n_2), with n_1 people with the disease
    and n_2 without it; ``events`` are the positive test results. Otherwise as `peters_test`.
    """
    tables = count_tables(events_1, n_1, events_2, n_2)
    size = 4.0 * tables.n_1 * (tables.n_2 / tables.n)
    return _test(
        tables,
        tables.log_odds_ratio,
        1.0 / np.sqrt(size),
        size,
        test="Deeks",
        predictor="1/sqrt(ESS)",
        level=level,
    )


def _test(
    tables: CountTables,
    y: FloatArray,
    column: FloatArray,
    weights: FloatArray,
    *,
    test: str,
    predictor: str,
    level: float,
) -> RegressionTest:
    notes: tuple[Note, ...] = (*asymmetry_notes(y.size, f"{test}'s test"), *tables.notes)
    return line_test(
        y,
        np.column_stack((np.ones(y.size), column)),
        weights,
        test=test,
        predictor=predictor,
        falls=True,
        level=check_level(level),
        notes=notes,
    )
