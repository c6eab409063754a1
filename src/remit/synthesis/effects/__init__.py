"""From the data of the arms to effects and their sampling variances."""

from remit.synthesis.effects.calculate import effect_sizes
from remit.synthesis.effects.conversions import (
    delta_method,
    log_odds_to_smd,
    odds_ratio_to_risk_ratio,
    r_to_smd,
    smd_to_log_odds,
    smd_to_r,
)
from remit.synthesis.effects.crossover import crossover_effects
from remit.synthesis.effects.dependent import aggregate_effects, covariance_from_correlation
from remit.synthesis.effects.designs import (
    design_effect,
    effective_n,
    for_clusters,
    paired_correlation,
    paired_se,
    paired_se_from_interval,
    paired_se_from_p,
    period_adjusted_difference,
)
from remit.synthesis.effects.effect_table import EffectSizes, EffectSpec
from remit.synthesis.effects.from_intervals import effects_from_intervals
from remit.synthesis.effects.hazard import hazard_ratios_from_logrank, hazard_ratios_from_p
from remit.synthesis.effects.hedges import hedges_factor
from remit.synthesis.effects.inputs import ArmData
from remit.synthesis.effects.kernel import EffectVariance
from remit.synthesis.effects.measure import Measure
from remit.synthesis.effects.registry import MEASURES, measure_named
from remit.synthesis.effects.tables import table_from_margins

__all__ = [
    "MEASURES",
    "ArmData",
    "EffectSizes",
    "EffectSpec",
    "EffectVariance",
    "Measure",
    "aggregate_effects",
    "covariance_from_correlation",
    "crossover_effects",
    "delta_method",
    "design_effect",
    "effect_sizes",
    "effective_n",
    "effects_from_intervals",
    "for_clusters",
    "hazard_ratios_from_logrank",
    "hazard_ratios_from_p",
    "hedges_factor",
    "log_odds_to_smd",
    "measure_named",
    "odds_ratio_to_risk_ratio",
    "paired_correlation",
    "paired_se",
    "paired_se_from_interval",
    "paired_se_from_p",
    "period_adjusted_difference",
    "r_to_smd",
    "smd_to_log_odds",
    "smd_to_r",
    "table_from_margins",
]
