"""Which studies drive the answer: deletion diagnostics, leave-one-out, cumulative, all subsets."""

from remit.synthesis.influence.diagnostics import Influence, influence
from remit.synthesis.influence.gosh import Gosh, gosh
from remit.synthesis.influence.points import (
    StudyPoints,
    baujat,
    normal_quantiles,
    radial_points,
)
from remit.synthesis.influence.pooled_series import (
    Cumulative,
    LeaveOneOut,
    cumulative,
    leave_one_out,
)

__all__ = [
    "Cumulative",
    "Gosh",
    "Influence",
    "LeaveOneOut",
    "StudyPoints",
    "baujat",
    "cumulative",
    "gosh",
    "influence",
    "leave_one_out",
    "normal_quantiles",
    "radial_points",
]
