"""One fit: an ordinary one with its summary, one of a thousand studies, and how time grows."""

import numpy as np

from sides import Side, compare, metafor, python_peer

MANY = (1_000, 10_000, 100_000, 1_000_000)

SET = """
import remit
def studies():
    rows = tuple(
        remit.StudyEffect(
            study=f"s{i}", label=f"Study {i}", effect=y[i], variance=v[i], n=None, columns={}
        )
        for i in range(y.size)
    )
    return remit.EffectSet(measure="MD", unit="points", rows=rows)
"""
POOL = f"""{SET}
def work():
    remit.pool(studies(), remit.RandomEffects()).summary()
"""
POOL_READY = f"""{SET}
ready = studies()
def work():
    remit.pool(ready, remit.RandomEffects()).summary()
"""
FIT = """
from remit.synthesis.models import FitSpec, fit_linear
def work():
    fit_linear(y, v, spec=FitSpec(tau2="REML", test="adhoc")).summary()
"""
PYMETAANALYSIS = """
from meta_analyze import meta_analysis
def work():
    meta_analysis(effect=y, variance=v, tau2_method="reml", ci_method="hksj").summary()
"""
METAFOR = """
work <- function() capture.output(print(rma(y[, 1], v[, 1], test = "knha")))
warm_up <- function() for (i in 1:5) print(rma(y[1:10, 1], v[1:10, 1], method = "DL"))
"""


def studies(k: int) -> dict[str, np.ndarray]:
    """Return effects and variances of k studies."""
    rng = np.random.default_rng(1)
    variances = rng.uniform(0.05, 1.0, k)
    return {"v": variances, "y": rng.normal(0.3, np.sqrt(variances + 0.1))}


def main() -> None:
    intervals = "effect, HK and prediction interval, Q, I2; intervals of tau2, I2, H2"
    fit = "effect, HK interval, Q, I2, SE of tau2, hat values, likelihoods"
    peer = "effect, HK and prediction interval, Q, I2"
    ordinary = [
        Side(name="remit, pool", code=POOL, does=intervals),
        Side(name="remit, fit_linear", code=FIT, does=fit),
        python_peer("PyMetaAnalysis", PYMETAANALYSIS, does=peer),
        metafor(METAFOR, does="effect, HK interval, Q, I2, SE of tau2"),
    ]
    compare("One REML fit of 13 studies with its summary", ordinary, **studies(13))
    for k in MANY:
        sides = [
            Side(name="remit, fit_linear", code=FIT, does=fit),
            python_peer("PyMetaAnalysis", PYMETAANALYSIS, does=peer),
        ]
        if k == MANY[0]:
            sides.insert(1, Side(name="remit, pool", code=POOL_READY, does=intervals))
            sides.append(metafor(METAFOR, does="the same, with k x k matrices"))
        compare(f"One REML fit of {k:,} studies with its summary", sides, **studies(k))
        print(f"  remit: {1e6 * sides[0].seconds / k:.2f} microseconds per study")


if __name__ == "__main__":
    main()
