"""The same studies over and over: all subsets (GOSH), and permutation tests."""

import numpy as np

from sides import Side, compare, metafor

SUBSET_STUDIES, PERMUTED_STUDIES, PERMUTATIONS = 15, 13, 10_000
PART_OF_SUBSETS, PART_OF_PERMUTATIONS = 1 / 16, 1 / 20


def gosh(method: str) -> list[Side]:
    """Return the sides for all subsets, pooled with one estimator of tau2."""
    ours = f"""
from remit.synthesis.influence import gosh
from remit.synthesis.models import FitSpec
def work():
    gosh((y, v), FitSpec(tau2="{method}"))
"""
    share = PART_OF_SUBSETS if method == "REML" else 1.0
    drawn = f", subsets = {int(2**SUBSET_STUDIES * share)}" if share < 1 else ""
    theirs = f"""
fit <- rma(y[, 1], v[, 1], method = "{method}")
work <- function() gosh(fit, progbar = FALSE{drawn})
warm_up <- function() gosh(fit, subsets = 50, progbar = FALSE)
"""
    return [
        Side(name="remit, gosh", code=ours, does="effect, SE, p, interval, tau2 and SE, I2, H2, Q"),
        metafor(theirs, share=share, does="effect, tau2, I2, H2, Q"),
    ]


def permutation(method: str, moderator: bool) -> list[Side]:
    """Return the sides for a permutation test of the mean or of a moderator."""
    design = "np.column_stack((np.ones_like(x), x))" if moderator else "None"
    ours = f"""
from remit.synthesis.models import FitSpec, fit_linear
from remit.synthesis.moderators import permutation_test
fit = fit_linear(y, v, {design}, FitSpec(tau2="{method}"))
def work():
    permutation_test(fit, exact=False, iterations={PERMUTATIONS})
"""
    mods = ", mods = ~ x" if moderator else ""
    part = int(PERMUTATIONS * PART_OF_PERMUTATIONS)
    theirs = f"""
fit <- rma(y[, 1], v[, 1]{mods}, method = "{method}")
run <- function(n) permutest(fit, exact = FALSE, iter = n, progbar = FALSE)
work <- function() run({part})
warm_up <- function() run(20)
"""
    same = "p of each coefficient and omnibus"
    return [
        Side(name="remit, permutation_test", code=ours, does=same),
        metafor(theirs, share=PART_OF_PERMUTATIONS, does=same),
    ]


def studies(k: int) -> dict[str, np.ndarray]:
    """Return effects, variances and a moderator of k studies."""
    rng = np.random.default_rng(1)
    variances = rng.uniform(0.05, 1.0, k)
    return {
        "v": variances,
        "y": rng.normal(0.3, np.sqrt(variances + 0.1)),
        "x": rng.normal(size=k),
    }


def main() -> None:
    for method in ("REML", "DL", "EE"):
        title = f"GOSH, all {2**SUBSET_STUDIES - 1:,} subsets of {SUBSET_STUDIES} studies, {method}"
        compare(title, gosh(method), **studies(SUBSET_STUDIES))
    for method in ("REML", "DL"):
        for moderator in (False, True):
            of = "a moderator" if moderator else "the mean"
            title = f"Permutation test of {of}, {PERMUTATIONS:,} permutations, {method}"
            compare(title, permutation(method, moderator), **studies(PERMUTED_STUDIES))


if __name__ == "__main__":
    main()
