"""Small-study effects and robustness: what a funnel that is not even may mean."""

from remit.synthesis.bias.copas import copas
from remit.synthesis.bias.copas_result import CopasModel, CopasPoint
from remit.synthesis.bias.count_tests import deeks_test, harbord_test, peters_test
from remit.synthesis.bias.excess import ExcessSignificance, excess_significance
from remit.synthesis.bias.fail_safe import FailSafeN, fail_safe_n
from remit.synthesis.bias.henmi_copas import HenmiCopas, henmi_copas
from remit.synthesis.bias.limit import LimitMeta, limit_meta
from remit.synthesis.bias.p_curve import PCurve, PCurveTest, p_curve
from remit.synthesis.bias.p_uniform import PUniform, p_uniform
from remit.synthesis.bias.p_uniform_star import PUniformStar, p_uniform_star
from remit.synthesis.bias.rank import RankTest, rank_test, schwarzer_test
from remit.synthesis.bias.regression import (
    egger_test,
    macaskill_test,
    pustejovsky_test,
    regression_test,
    thompson_test,
)
from remit.synthesis.bias.regression_result import RegressionTest
from remit.synthesis.bias.selection import selection_model
from remit.synthesis.bias.selection_result import SelectionModel, SelectionParameter
from remit.synthesis.bias.trim_fill import TrimFill, trim_and_fill

__all__ = [
    "CopasModel",
    "CopasPoint",
    "ExcessSignificance",
    "FailSafeN",
    "HenmiCopas",
    "LimitMeta",
    "PCurve",
    "PCurveTest",
    "PUniform",
    "PUniformStar",
    "RankTest",
    "RegressionTest",
    "SelectionModel",
    "SelectionParameter",
    "TrimFill",
    "copas",
    "deeks_test",
    "egger_test",
    "excess_significance",
    "fail_safe_n",
    "harbord_test",
    "henmi_copas",
    "limit_meta",
    "macaskill_test",
    "p_curve",
    "p_uniform",
    "p_uniform_star",
    "peters_test",
    "pustejovsky_test",
    "rank_test",
    "regression_test",
    "schwarzer_test",
    "selection_model",
    "thompson_test",
    "trim_and_fill",
]
