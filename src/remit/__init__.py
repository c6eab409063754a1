"""remit: what published studies and a clinic's own patients say about a headache treatment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remit.version import VERSION

if TYPE_CHECKING:
    from remit.core.errors import (
        ConvergenceError,
        InputError,
        MissingDependencyError,
        RemitError,
        SpecError,
    )
    from remit.core.estimate import Estimate, Interval, NotEstimable
    from remit.core.notes import Note
    from remit.evidence.data import EvidenceBase
    from remit.evidence.integrity import Finding, check_integrity
    from remit.io.read_tables import read_tables
    from remit.io.review_folder import read_evidence
    from remit.synthesis.batch import PooledMany, pool_many
    from remit.synthesis.bayes import (
        BayesResult,
        NormalPrior,
        TauPrior,
        bayes_pool,
        bayes_regress,
        empirical_tau_prior,
    )
    from remit.synthesis.between import BetweenSpec, between_effects
    from remit.synthesis.bias import (
        copas,
        excess_significance,
        fail_safe_n,
        henmi_copas,
        limit_meta,
        p_curve,
        p_uniform,
        p_uniform_star,
        rank_test,
        regression_test,
        selection_model,
        trim_and_fill,
    )
    from remit.synthesis.conventions import compare_conventions, convention
    from remit.synthesis.counts import CountSpec, count_rows
    from remit.synthesis.data import EffectSet, ProportionSet, StudyCount, StudyEffect
    from remit.synthesis.effects import aggregate_effects, effect_sizes, effects_from_intervals
    from remit.synthesis.influence import baujat, cumulative, gosh, influence, leave_one_out
    from remit.synthesis.medians import MedianEstimate, mean_from_median
    from remit.synthesis.models import (
        FitSpec,
        LinearFit,
        blup,
        compare_fits,
        contrast_test,
        fit_linear,
        heterogeneity_interval,
        predict_fit,
        profile_interval,
        rstandard,
        rstudent,
        tau2_profile,
        vif,
        wald_test,
    )
    from remit.synthesis.moderators import meta_regression, permutation_test, subgroup_analysis
    from remit.synthesis.multiverse import (
        Alternative,
        Axis,
        Multiverse,
        multiverse,
        multiverse_of_shares,
    )
    from remit.synthesis.pool import pool
    from remit.synthesis.pooled import PooledResult
    from remit.synthesis.pooled_proportion import PooledProportion
    from remit.synthesis.proportions import pool_proportions
    from remit.synthesis.rare import beta_binomial, glmm, mantel_haenszel, peto
    from remit.synthesis.spec import CommonEffect, RandomEffects
    from remit.synthesis.within import WithinSpec, within_effects
    from remit.workbench.check_file import check_file
    from remit.workbench.export_evidence import export_evidence
    from remit.workbench.figures import (
        plot_baujat,
        plot_bubble,
        plot_drapery,
        plot_forest,
        plot_funnel,
        plot_gosh,
        plot_labbe,
        plot_radial,
        plot_specification_curve,
        plot_tau2_profile,
    )
    from remit.workbench.import_evidence import import_evidence
    from remit.workbench.review import Review, make_review

__version__ = VERSION

#: Where each public name lives; a name's module is imported when the name is first used.
_HOMES = {
    # errors, estimates and notes
    "ConvergenceError": "remit.core.errors",
    "Estimate": "remit.core.estimate",
    "InputError": "remit.core.errors",
    "Interval": "remit.core.estimate",
    "MissingDependencyError": "remit.core.errors",
    "NotEstimable": "remit.core.estimate",
    "Note": "remit.core.notes",
    "RemitError": "remit.core.errors",
    "SpecError": "remit.core.errors",
    # evidence and its review
    "EvidenceBase": "remit.evidence.data",
    "Finding": "remit.evidence.integrity",
    "Review": "remit.workbench.review",
    "check_integrity": "remit.evidence.integrity",
    "make_review": "remit.workbench.review",
    "read_evidence": "remit.io.review_folder",
    # files
    "check_file": "remit.workbench.check_file",
    "export_evidence": "remit.workbench.export_evidence",
    "import_evidence": "remit.workbench.import_evidence",
    "read_tables": "remit.io.read_tables",
    # effects and counts from an evidence base
    "BetweenSpec": "remit.synthesis.between",
    "CountSpec": "remit.synthesis.counts",
    "EffectSet": "remit.synthesis.data",
    "ProportionSet": "remit.synthesis.data",
    "StudyCount": "remit.synthesis.data",
    "StudyEffect": "remit.synthesis.data",
    "WithinSpec": "remit.synthesis.within",
    "between_effects": "remit.synthesis.between",
    "count_rows": "remit.synthesis.counts",
    "within_effects": "remit.synthesis.within",
    # effects from the data of arms
    "aggregate_effects": "remit.synthesis.effects",
    "effect_sizes": "remit.synthesis.effects",
    "effects_from_intervals": "remit.synthesis.effects",
    "MedianEstimate": "remit.synthesis.medians",
    "mean_from_median": "remit.synthesis.medians",
    # pooling
    "CommonEffect": "remit.synthesis.spec",
    "PooledMany": "remit.synthesis.batch",
    "PooledProportion": "remit.synthesis.pooled_proportion",
    "PooledResult": "remit.synthesis.pooled",
    "RandomEffects": "remit.synthesis.spec",
    "compare_conventions": "remit.synthesis.conventions",
    "convention": "remit.synthesis.conventions",
    "pool": "remit.synthesis.pool",
    "pool_many": "remit.synthesis.batch",
    "pool_proportions": "remit.synthesis.proportions",
    # linear models and moderators
    "FitSpec": "remit.synthesis.models",
    "LinearFit": "remit.synthesis.models",
    "blup": "remit.synthesis.models",
    "compare_fits": "remit.synthesis.models",
    "contrast_test": "remit.synthesis.models",
    "fit_linear": "remit.synthesis.models",
    "heterogeneity_interval": "remit.synthesis.models",
    "meta_regression": "remit.synthesis.moderators",
    "permutation_test": "remit.synthesis.moderators",
    "predict_fit": "remit.synthesis.models",
    "profile_interval": "remit.synthesis.models",
    "rstandard": "remit.synthesis.models",
    "rstudent": "remit.synthesis.models",
    "subgroup_analysis": "remit.synthesis.moderators",
    "tau2_profile": "remit.synthesis.models",
    "vif": "remit.synthesis.models",
    "wald_test": "remit.synthesis.models",
    # Bayesian pooling
    "BayesResult": "remit.synthesis.bayes",
    "NormalPrior": "remit.synthesis.bayes",
    "TauPrior": "remit.synthesis.bayes",
    "bayes_pool": "remit.synthesis.bayes",
    "bayes_regress": "remit.synthesis.bayes",
    "empirical_tau_prior": "remit.synthesis.bayes",
    # few and rare events
    "beta_binomial": "remit.synthesis.rare",
    "glmm": "remit.synthesis.rare",
    "mantel_haenszel": "remit.synthesis.rare",
    "peto": "remit.synthesis.rare",
    # small-study effects
    "copas": "remit.synthesis.bias",
    "excess_significance": "remit.synthesis.bias",
    "fail_safe_n": "remit.synthesis.bias",
    "henmi_copas": "remit.synthesis.bias",
    "limit_meta": "remit.synthesis.bias",
    "p_curve": "remit.synthesis.bias",
    "p_uniform": "remit.synthesis.bias",
    "p_uniform_star": "remit.synthesis.bias",
    "rank_test": "remit.synthesis.bias",
    "regression_test": "remit.synthesis.bias",
    "selection_model": "remit.synthesis.bias",
    "trim_and_fill": "remit.synthesis.bias",
    # every combination of choices
    "Alternative": "remit.synthesis.multiverse",
    "Axis": "remit.synthesis.multiverse",
    "Multiverse": "remit.synthesis.multiverse",
    "multiverse": "remit.synthesis.multiverse",
    "multiverse_of_shares": "remit.synthesis.multiverse",
    # influence
    "baujat": "remit.synthesis.influence",
    "cumulative": "remit.synthesis.influence",
    "gosh": "remit.synthesis.influence",
    "influence": "remit.synthesis.influence",
    "leave_one_out": "remit.synthesis.influence",
    # figures
    "plot_baujat": "remit.workbench.figures",
    "plot_bubble": "remit.workbench.figures",
    "plot_drapery": "remit.workbench.figures",
    "plot_forest": "remit.workbench.figures",
    "plot_funnel": "remit.workbench.figures",
    "plot_gosh": "remit.workbench.figures",
    "plot_labbe": "remit.workbench.figures",
    "plot_radial": "remit.workbench.figures",
    "plot_specification_curve": "remit.workbench.figures",
    "plot_tau2_profile": "remit.workbench.figures",
}

__all__ = [
    "Alternative",
    "Axis",
    "BayesResult",
    "BetweenSpec",
    "CommonEffect",
    "ConvergenceError",
    "CountSpec",
    "EffectSet",
    "Estimate",
    "EvidenceBase",
    "Finding",
    "FitSpec",
    "InputError",
    "Interval",
    "LinearFit",
    "MedianEstimate",
    "MissingDependencyError",
    "Multiverse",
    "NormalPrior",
    "NotEstimable",
    "Note",
    "PooledMany",
    "PooledProportion",
    "PooledResult",
    "ProportionSet",
    "RandomEffects",
    "RemitError",
    "Review",
    "SpecError",
    "StudyCount",
    "StudyEffect",
    "TauPrior",
    "WithinSpec",
    "__version__",
    "aggregate_effects",
    "baujat",
    "bayes_pool",
    "bayes_regress",
    "beta_binomial",
    "between_effects",
    "blup",
    "check_file",
    "check_integrity",
    "compare_conventions",
    "compare_fits",
    "contrast_test",
    "convention",
    "copas",
    "count_rows",
    "cumulative",
    "effect_sizes",
    "effects_from_intervals",
    "empirical_tau_prior",
    "excess_significance",
    "export_evidence",
    "fail_safe_n",
    "fit_linear",
    "glmm",
    "gosh",
    "henmi_copas",
    "heterogeneity_interval",
    "import_evidence",
    "influence",
    "leave_one_out",
    "limit_meta",
    "make_review",
    "mantel_haenszel",
    "mean_from_median",
    "meta_regression",
    "multiverse",
    "multiverse_of_shares",
    "p_curve",
    "p_uniform",
    "p_uniform_star",
    "permutation_test",
    "peto",
    "plot_baujat",
    "plot_bubble",
    "plot_drapery",
    "plot_forest",
    "plot_funnel",
    "plot_gosh",
    "plot_labbe",
    "plot_radial",
    "plot_specification_curve",
    "plot_tau2_profile",
    "pool",
    "pool_many",
    "pool_proportions",
    "predict_fit",
    "profile_interval",
    "rank_test",
    "read_evidence",
    "read_tables",
    "regression_test",
    "rstandard",
    "rstudent",
    "selection_model",
    "subgroup_analysis",
    "tau2_profile",
    "trim_and_fill",
    "vif",
    "wald_test",
    "within_effects",
]


def __getattr__(name: str) -> Any:
    """Import a public name's module when the name is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'remit' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
