"""How the effect depends on study characteristics: formulas, subgroups, permutation tests."""

from remit.synthesis.moderators.design import DesignMatrix, columns_used, design_matrix
from remit.synthesis.moderators.formulaic_design import formulaic_matrix
from remit.synthesis.moderators.permutation_interval import permutation_interval
from remit.synthesis.moderators.permutation_test import PermutationTest, permutation_test
from remit.synthesis.moderators.regression import (
    MetaRegression,
    TermTest,
    collinear_columns,
    meta_regression,
)
from remit.synthesis.moderators.subgroups import Subgroup, SubgroupAnalysis, subgroup_analysis

__all__ = [
    "DesignMatrix",
    "MetaRegression",
    "PermutationTest",
    "Subgroup",
    "SubgroupAnalysis",
    "TermTest",
    "collinear_columns",
    "columns_used",
    "design_matrix",
    "formulaic_matrix",
    "meta_regression",
    "permutation_interval",
    "permutation_test",
    "subgroup_analysis",
]
