"""Would chance alone give coefficients as large: permutation tests of a fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import check_choice, lock
from remit.core.errors import SpecError
from remit.core.estimate import NotEstimable
from remit.synthesis.batch import fit_many, pool_many
from remit.synthesis.exits import number_text, p_text, plain
from remit.synthesis.models.linear_fit import LinearFit
from remit.synthesis.moderators.permutations import (
    all_orders,
    count_orders,
    random_orders,
    row_classes,
    sign_patterns,
)

__all__ = [
    "ALTERNATIVES",
    "STATISTICS",
    "PermutationPlan",
    "PermutationTest",
    "extreme_values",
    "permutation_plan",
    "permutation_test",
    "permuted_statistics",
]

FloatArray = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]
ALTERNATIVES = ("two-sided", "less", "greater")
STATISTICS = ("test", "coef")
#: Statistics that differ by this share of their size count as equal: half of the digits, which is
#: what iterative estimators of tau2 keep. metafor's is the same number without regard to size.
_TIE = 1.5e-8
_MOST = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PermutationTest:
    """Tests of the coefficients by permutation.

    Attributes
    ----------
    names : tuple of str
        Coefficients.
    p_value : (p,) array
        Share of permutations with a statistic at least as extreme. Without moderators the signs
        of the effects were permuted, else the rows of the design; then the p value of the
        intercept is of little use.
    q_m_p : float
        The same for the omnibus test.
    exact : bool
        Whether these were all permutations; otherwise they were drawn at random, the data as they
        are being the first.
    permutations : int
        How many.
    failed : int
        How many had no statistic and were left out.
    seed : int or None
        Of the draw.
    statistic, alternative : str
        What was compared, and in which direction.
    """

    names: tuple[str, ...]
    p_value: FloatArray
    q_m_p: float | NotEstimable
    exact: bool
    permutations: int
    failed: int
    seed: int | None
    statistic: str
    alternative: str

    def summary(self) -> str:
        """Return the tests as text."""
        kind = "exact" if self.exact else f"random, seed {self.seed}"
        lines = [f"{self.permutations} permutations ({kind}), {self.alternative}"]
        lines += [
            f"{name}: {p_text(float(p))}" for name, p in zip(self.names, self.p_value, strict=True)
        ]
        lines.append(f"omnibus: {p_text(self.q_m_p)}")
        if self.failed:
            lines.append(f"{number_text(self.failed)} permutations had no statistic")
        return "\n".join(lines)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per coefficient."""
        return [
            {"name": name, "p_value": float(p)}
            for name, p in zip(self.names, self.p_value, strict=True)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the tests as plain data."""
        names = ("q_m_p", "exact", "permutations", "failed", "seed", "statistic", "alternative")
        return {
            "kind": "remit.permutation-test",
            "version": 1,
            "rows": self.to_rows(),
            **{name: plain(getattr(self, name)) for name in names},
        }


def permutation_test(
    fit: LinearFit,
    *,
    exact: bool | None = None,
    iterations: int = 10_000,
    seed: int = 1,
    statistic: str = "test",
    alternative: str = "two-sided",
    progress: Progress | None = None,
) -> PermutationTest:
    """Test the coefficients of a fit by permutation.

    Follmann & Proschan 1999 without moderators, Higgins & Thompson 2004 with them.

    Parameters
    ----------
    fit : LinearFit
        With inverse-variance weights.
    exact : bool, optional
        True: all permutations; False: random ones; by default all where there are no more than
        ``iterations``.
    iterations, seed : int
        Number of random permutations, and their seed.
    statistic : str
        ``test``: the coefficients' test statistics. ``coef``: the coefficients.
    alternative : str
        ``two-sided`` (by absolute values), ``less`` or ``greater``.
    progress : callable, optional
        Called with the number of permutations done and their total.

    Raises
    ------
    SpecError
        If a choice is unknown, or there are more than two million permutations to do.
    """
    check_choice("statistic", statistic, STATISTICS)
    check_choice("alternative", alternative, ALTERNATIVES)
    plan = permutation_plan(fit, exact=exact, iterations=iterations)
    counts = np.zeros(fit.p + 1)
    valid = np.zeros(fit.p + 1)
    done = 0
    observed = fit.statistic if statistic == "test" else fit.coef
    q_m = np.nan if isinstance(fit.q_m, NotEstimable) else fit.q_m
    for values, omnibus in permuted_statistics(fit, fit.effect, plan, seed, statistic):
        extreme = np.column_stack(
            (
                extreme_values(values, observed, alternative),
                omnibus >= q_m - _tie(omnibus, q_m),
            )
        )
        known = np.column_stack((np.isfinite(values), np.isfinite(omnibus)))
        counts += np.sum(extreme & known, axis=0)
        valid += known.sum(axis=0)
        done += len(values)
        if progress is not None:
            progress(done, plan.number)
    share = counts / np.maximum(valid, 1.0)
    return PermutationTest(
        names=fit.names,
        p_value=lock(share[:-1].copy()),
        q_m_p=float(share[-1])
        if np.isfinite(q_m)
        else NotEstimable(reason="The fit has no omnibus statistic."),
        exact=plan.exact,
        permutations=plan.number,
        failed=int(plan.number - valid.min()),
        seed=None if plan.exact else seed,
        statistic=statistic,
        alternative=alternative,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PermutationPlan:
    """How many permutations, whether all of them, and of what.

    Attributes
    ----------
    exact : bool
        All of them.
    number : int
        How many.
    signs : bool
        Of the signs of the effects, else of the rows of the design.
    """

    exact: bool
    number: int
    signs: bool


def permutation_plan(fit: LinearFit, *, exact: bool | None, iterations: int) -> PermutationPlan:
    """Decide on the permutations of a fit.

    Raises
    ------
    SpecError
        If there are too many, or fewer than two random ones.
    """
    signs = fit.p == 1 and fit.intercept == 0
    every = 2**fit.k if signs else count_orders(row_classes(fit.design))
    all_of_them = every <= iterations if exact is None else exact
    number = every if all_of_them else iterations
    if not 2 <= number <= _MOST:
        raise SpecError.at(
            "argument 'exact'" if all_of_them else "argument 'iterations'",
            found=f"{number} permutations",
            expected=f"2 to {_MOST}",
        )
    return PermutationPlan(exact=all_of_them, number=number, signs=signs)


def extreme_values(
    values: FloatArray, observed: FloatArray, alternative: str
) -> npt.NDArray[np.bool_]:
    """Tell which values are at least as extreme as what was observed.

    Values that differ from it by no more than rounding count as equal, in whatever units.
    """
    tie = _tie(values, observed)
    if alternative == "less":
        return np.asarray(values <= observed + tie)
    if alternative == "greater":
        return np.asarray(values >= observed - tie)
    return np.asarray(np.abs(values) >= np.abs(observed) - tie)


def _tie(values: FloatArray, observed: FloatArray | float) -> FloatArray:
    """Return how close two statistics are that count as equal.

    Their size is that of the observed one, or the median over the permutations where that is
    larger: an observed statistic of 0 has no size of its own.
    """
    size = np.abs(observed)
    if len(values):
        usual = np.median(np.where(np.isfinite(values), np.abs(values), 0.0), axis=0)
        size = np.maximum(size, usual)
    return np.asarray(_TIE * np.where(np.isfinite(size), size, 0.0))


def permuted_statistics(
    fit: LinearFit, effect: FloatArray, plan: PermutationPlan, seed: int, statistic: str
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Yield (m, p) statistics of the permuted data and (m,) omnibus ones, block by block."""
    rng = None if plan.exact else np.random.default_rng(seed)
    if plan.signs:
        for signs in sign_patterns(fit.k, plan.number, rng):
            pooled = pool_many(signs * effect, fit.variance, None, fit.spec)
            values = pooled.statistic if statistic == "test" else pooled.effect
            scale = float(fit.design[0, 0])
            column = values if statistic == "test" else values / scale
            yield column[:, None], pooled.statistic**2
        return
    orders = (
        all_orders(row_classes(fit.design))
        if rng is None
        else random_orders(fit.k, plan.number, rng)
    )
    tested = tuple(i for i in range(fit.p) if fit.p == 1 or i != fit.intercept)
    for order in orders:
        found = fit_many(effect, fit.variance, fit.design[order], None, fit.spec, tested=tested)
        yield (found.statistic if statistic == "test" else found.coef), found.q_m
