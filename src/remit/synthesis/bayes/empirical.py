"""Priors for tau from the heterogeneity seen in thousands of Cochrane meta-analyses."""

from __future__ import annotations

from remit.core.checks import check_choice
from remit.core.errors import SpecError
from remit.synthesis.bayes import empirical_tables as tables
from remit.synthesis.bayes.prior import TauPrior

__all__ = ["EMPIRICAL_SOURCES", "empirical_tau_prior"]

EMPIRICAL_SOURCES = ("turner", "turner-2012", "turner-2015", "rhodes", "rhodes-2015")
AREAS = ("other", "respiratory", "cancer")
_RHODES_DF = 5.0
_CITED = {
    "turner-2012": "Turner 2012, Int J Epidemiol 41:818",
    "turner-2015": "Turner 2015, Stat Med 34:984, table IV",
    "rhodes-2015": "Rhodes 2015, J Clin Epidemiol 68:52, table 3 and appendix",
}


def empirical_tau_prior(
    source: str,
    outcome: str | None = None,
    comparison: str | None = None,
    area: str = "other",
) -> TauPrior:
    """Return a published prior for tau.

    Parameters
    ----------
    source : str
        ``turner`` (as ``turner-2015``) or ``turner-2012``: log odds ratios, log-normal.
        ``rhodes`` (as ``rhodes-2015``): standardised mean differences, log-t with 5 degrees of
        freedom.
    outcome, comparison : str, optional
        Row and column of the table, such as ``pain`` and ``pharmacological vs placebo``; a wrong
        name is answered with the list. Left out both, the general setting.
    area : str
        Medical area, for ``rhodes``: ``other``, ``respiratory`` or ``cancer``.

    Returns
    -------
    TauPrior
        Published for log(tau^2); location and scale are halved here, for log(tau).

    Raises
    ------
    SpecError
        If the setting is not in the table, or only one of outcome and comparison is given.
    """
    check_choice("source", source, EMPIRICAL_SOURCES)
    check_choice("area", area, AREAS)
    known = {"turner": "turner-2015", "rhodes": "rhodes-2015"}.get(source, source)
    if area != "other" and known != "rhodes-2015":
        raise SpecError.at(
            "argument 'area'", found=repr(area), expected="'other': only rhodes has areas"
        )
    if (outcome is None) != (comparison is None):
        name = "outcome" if outcome is None else "comparison"
        raise SpecError.at(
            f"argument '{name}'",
            found="nothing",
            expected="both outcome and comparison, or neither for the general setting",
        )
    location, scale = _look_up(known, outcome, comparison, area)
    caution = _doubt(known, outcome, comparison, area)
    family, more = ("log-normal", ()) if known.startswith("turner") else ("log-t", (_RHODES_DF,))
    return TauPrior(
        family=family,
        parameters=(0.5 * location, 0.5 * scale, *more),
        measure="OR" if known.startswith("turner") else "SMD",
        source=_CITED[known],
        caution=caution,
    )


def _look_up(
    known: str, outcome: str | None, comparison: str | None, area: str
) -> tuple[float, float]:
    if outcome is None or comparison is None:
        return tables.RHODES_2015_ANY if known == "rhodes-2015" else tables.TURNER_ANY
    outcomes, comparisons, table = {
        "turner-2012": (
            tables.TURNER_2012_OUTCOMES,
            tables.TURNER_2012_COMPARISONS,
            tables.TURNER_2012,
        ),
        "turner-2015": (
            tables.TURNER_2015_OUTCOMES,
            tables.TURNER_2015_COMPARISONS,
            tables.TURNER_2015,
        ),
        "rhodes-2015": (
            tables.RHODES_2015_OUTCOMES,
            tables.RHODES_2015_COMPARISONS,
            tables.RHODES_2015[area],
        ),
    }[known]
    check_choice("outcome", outcome, outcomes)
    check_choice("comparison", comparison, comparisons)
    return table[outcomes.index(outcome)][comparisons.index(comparison)]


def _doubt(known: str, outcome: str | None, comparison: str | None, area: str) -> str:
    if known != "rhodes-2015" or outcome is None or comparison is None:
        return ""
    fitting = tables.RHODES_2015_DOUBTS.get((area, outcome, comparison))
    if fitting is None:
        return ""
    return (
        "The published location of this setting does not fit the rest of its table and may be a "
        f"misprint; {fitting:g} for log(tau^2) would fit."
    )
