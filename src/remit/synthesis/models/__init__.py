"""The general linear fit of study effects, with every estimator of tau2, test and interval."""

from remit.synthesis.models.bootstrap_prediction import BootstrapPrediction, bootstrap_prediction
from remit.synthesis.models.comparison import (
    ContrastTest,
    ModelComparison,
    VarianceInflation,
    compare_fits,
    contrast_test,
    vif,
    wald_test,
)
from remit.synthesis.models.design import independent_columns
from remit.synthesis.models.estimate import design_tau2
from remit.synthesis.models.fit_spec import FitSpec
from remit.synthesis.models.heterogeneity_interval import (
    HeterogeneityInterval,
    heterogeneity_interval,
)
from remit.synthesis.models.kenward_roger import KenwardRoger, kenward_roger
from remit.synthesis.models.linear import fit_linear
from remit.synthesis.models.linear_fit import FitStatistics, LinearFit
from remit.synthesis.models.prediction import Prediction, predict_fit
from remit.synthesis.models.profile import (
    ProfileInterval,
    Tau2Profile,
    profile_interval,
    tau2_profile,
)
from remit.synthesis.models.quadratic_form import quadratic_form_tail
from remit.synthesis.models.residuals import (
    Residuals,
    Shrunken,
    blup,
    pearson_residuals,
    ranef,
    residual_cov,
    rstandard,
    rstudent,
)
from remit.synthesis.models.tau2_estimate import SolverStatus, Tau2Estimate

__all__ = [
    "BootstrapPrediction",
    "ContrastTest",
    "FitSpec",
    "FitStatistics",
    "HeterogeneityInterval",
    "KenwardRoger",
    "LinearFit",
    "ModelComparison",
    "Prediction",
    "ProfileInterval",
    "Residuals",
    "Shrunken",
    "SolverStatus",
    "Tau2Estimate",
    "Tau2Profile",
    "VarianceInflation",
    "blup",
    "bootstrap_prediction",
    "compare_fits",
    "contrast_test",
    "design_tau2",
    "fit_linear",
    "heterogeneity_interval",
    "independent_columns",
    "kenward_roger",
    "pearson_residuals",
    "predict_fit",
    "profile_interval",
    "quadratic_form_tail",
    "ranef",
    "residual_cov",
    "rstandard",
    "rstudent",
    "tau2_profile",
    "vif",
    "wald_test",
]
