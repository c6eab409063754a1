"""The pooled effects of many sets of studies, with their exits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc

from remit.synthesis.batch.status import BatchStatus
from remit.synthesis.exits import finite_or_none
from remit.synthesis.models.fit_spec import FitSpec

__all__ = ["NUMBERS", "PooledMany"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
NUMBERS = (
    "effect",
    "std_error",
    "statistic",
    "p_value",
    "ci_low",
    "ci_high",
    "tau2",
    "se_tau2",
    "i2",
    "h2",
    "q",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledMany:
    """Pooled effects of B sets of studies; every array is (B,).

    A number that does not exist is NaN, and ``status`` says why: everything of a set without
    studies; tau2, Q and what follows from them of a single study; the standard error of a tau2
    that was not estimated; statistic and p where the standard error is 0.

    Attributes
    ----------
    spec : FitSpec
        How all sets were pooled.
    k : integer array
        Number of studies.
    effect, std_error, statistic, p_value, ci_low, ci_high : array
        Pooled effect, its test of zero and interval.
    tau2, se_tau2 : array
        Between-study variance and its standard error, as in `LinearFit`.
    i2, h2 : array
        From tau2 and the typical variance; from Q under a common effect. I2 in per cent.
    q : array
        Cochran's Q, with k - 1 degrees of freedom.
    status : integer array
        Values of `BatchStatus`.
    """

    spec: FitSpec
    k: IntArray
    effect: FloatArray
    std_error: FloatArray
    statistic: FloatArray
    p_value: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    tau2: FloatArray
    se_tau2: FloatArray
    i2: FloatArray
    h2: FloatArray
    q: FloatArray
    status: npt.NDArray[np.int8]

    def __len__(self) -> int:
        """Return the number of sets."""
        return int(self.k.size)

    @property
    def q_p(self) -> FloatArray:
        """P value of Cochran's Q, (B,)."""
        found = np.full(self.k.size, np.nan)
        some = self.k > 1
        found[some] = chdtrc(self.k[some] - 1.0, self.q[some])
        return found

    def summary(self) -> str:
        """Return the batch as text."""
        lines = [f"{len(self)} sets pooled by {self.spec.tau2}, test {self.spec.test}"]
        counts = np.bincount(self.status, minlength=len(BatchStatus))
        lines += [f"{counts[s]}: {s.text}" for s in BatchStatus if counts[s]]
        return "\n".join(lines)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per set; what does not exist is None."""
        return [
            {
                "k": int(self.k[i]),
                **{name: finite_or_none(getattr(self, name)[i]) for name in NUMBERS},
                "status": BatchStatus(int(self.status[i])).text,
            }
            for i in range(len(self))
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the whole batch as plain data."""
        return {
            "kind": "remit.pooled-many",
            "version": 1,
            "spec": self.spec.to_dict(),
            "rows": self.to_rows(),
        }
