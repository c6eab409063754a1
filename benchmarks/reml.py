"""Ten thousand REML fits of ten studies, with standard errors and intervals."""

import numpy as np

from sides import Side, compare, metafor, python_peer

SETS, STUDIES, SINGLE = 10_000, 10, 500

BATCH = """
from remit.synthesis.batch import pool_many
from remit.synthesis.spec import RandomEffects
def work():
    pool_many(y, v, spec=RandomEffects(tau2="REML"))
"""
ONE_BY_ONE = f"""
from remit.synthesis.models import FitSpec, fit_linear
def work():
    for i in range({SINGLE}):
        fit_linear(y[i], v[i], spec=FitSpec(test="adhoc"))
"""
PYMARE = """
from pymare import Dataset
from pymare.estimators import VarianceBasedLikelihoodEstimator
y, v, ones = y.T.copy(), v.T.copy(), np.ones((y.shape[1], 1))
def work():
    data = Dataset(y, v, X=ones, add_intercept=False)
    estimator = VarianceBasedLikelihoodEstimator(method="reml")
    estimator.fit_dataset(data).summary().get_fe_stats()
"""
PYMETAANALYSIS = f"""
from meta_analyze import meta_analysis
def work():
    for i in range({SINGLE}):
        meta_analysis(effect=y[i], variance=v[i], tau2_method="reml", ci_method="hksj")
"""
METAFOR = f"""
control <- list(threshold = 1e-10, maxiter = 1000)
work <- function() for (i in 1:{SINGLE}) {{
  tryCatch(rma(y[i, ], v[i, ], test = "knha", control = control), error = function(e) NULL)
}}
warm_up <- function() rma(y[1, ], v[1, ], control = control)
"""


def main() -> None:
    rng = np.random.default_rng(1)
    variances = rng.uniform(0.05, 1.0, (SETS, STUDIES))
    effects = rng.normal(0.3, np.sqrt(variances + 0.1))
    share = SINGLE / SETS
    sides = [
        Side(
            name="remit, pool_many",
            code=BATCH,
            does="effect, SE, p, HK interval, tau2 and its SE, I2, H2, Q",
        ),
        python_peer("PyMARE, one batch", PYMARE, does="effect, SE, p, HK interval, tau2"),
        Side(name="remit, fit_linear", code=ONE_BY_ONE, share=share, does="one by one"),
        python_peer("PyMetaAnalysis", PYMETAANALYSIS, share=share, does="one by one"),
        metafor(METAFOR, share=share, does="one by one, to a tight threshold"),
    ]
    compare(f"{SETS:,} REML fits of {STUDIES} studies", sides, y=effects, v=variances)


if __name__ == "__main__":
    main()
