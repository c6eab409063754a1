"""What came of each set of a batch."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import numpy.typing as npt

from remit.synthesis.batch.search import Optima
from remit.synthesis.models.fit_spec import FitSpec

__all__ = ["BatchStatus", "batch_status"]


class BatchStatus(IntEnum):
    """What came of one set."""

    FITTED = 0
    AT_ZERO = 1
    SEVERAL_PEAKS = 2
    NOT_CONVERGED = 3
    ONE_STUDY = 4
    NO_STUDY = 5
    TOO_FEW = 6
    NO_RANK = 7

    @property
    def text(self) -> str:
        """The status in words."""
        return _TEXTS[self]


_TEXTS = {
    BatchStatus.FITTED: "fitted",
    BatchStatus.AT_ZERO: "tau2 estimated as zero, the edge of its range",
    BatchStatus.SEVERAL_PEAKS: "the likelihood of tau2 has several peaks; the highest was taken",
    BatchStatus.NOT_CONVERGED: "the estimating equation of tau2 was not solved",
    BatchStatus.ONE_STUDY: "one study: its own effect and normal interval, nothing on tau2",
    BatchStatus.NO_STUDY: "no study",
    BatchStatus.TOO_FEW: "no more studies than coefficients",
    BatchStatus.NO_RANK: "a column of the design follows from the others",
}


def batch_status(optima: Optima, spec: FitSpec) -> npt.NDArray[np.int8]:
    """Return the status of sets of which tau2 was estimated."""
    status = np.full(optima.tau2.size, BatchStatus.FITTED, dtype=np.int8)
    if isinstance(spec.tau2, str) and not spec.common_effect:
        status[optima.tau2 == 0] = BatchStatus.AT_ZERO
    status[optima.several] = BatchStatus.SEVERAL_PEAKS
    status[~optima.converged] = BatchStatus.NOT_CONVERGED
    return status
