"""Pooling counts by a generalised linear mixed model, without any correction for zero cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import check_choice, check_level
from remit.core.errors import ConvergenceError, InputError, SpecError
from remit.core.estimate import NotEstimable
from remit.core.notes import Note
from remit.synthesis.rare.count_input import check_whole, one_arm, two_arm_rates, two_by_two
from remit.synthesis.rare.glmm_fit import fit_counts
from remit.synthesis.rare.glmm_models import MODELS, count_model, infinite
from remit.synthesis.rare.glmm_report import Choices, report, report_nothing
from remit.synthesis.rare.glmm_result import GlmmResult
from remit.synthesis.rare.saturated import saturated
from remit.synthesis.rare.study_effects import study_effects
from remit.synthesis.rare.tables import Counts, no_information

__all__ = ["glmm"]

FloatArray = npt.NDArray[np.float64]
_COMMON = ("EE", "FE", "CE")


def glmm(
    measure: str,
    model: str = "UM.FS",
    *,
    ai: Any = None,
    bi: Any = None,
    ci: Any = None,
    di: Any = None,
    n1i: Any = None,
    n2i: Any = None,
    x1i: Any = None,
    t1i: Any = None,
    x2i: Any = None,
    t2i: Any = None,
    xi: Any = None,
    ni: Any = None,
    ti: Any = None,
    moderators: Any = None,
    moderator_names: Sequence[str] | None = None,
    labels: Sequence[str] | None = None,
    method: str = "ML",
    level: float = 0.95,
    test: str = "z",
    interval: str = "wald",
    coding: float = 0.5,
    drop00: bool = False,
) -> GlmmResult:
    """Pool counts by the likelihood that they have (Stijnen, Hamza & Ozdemir 2010; Jackson 2018).

    No count is corrected. The integrals are taken by the trapezoidal rule about each study's mode,
    whose error falls geometrically; the result says by how much doubling its points changes it.

    Parameters
    ----------
    measure : str
        ``OR`` (ai, bi or n1i, ci, di or n2i), ``IRR`` (x1i, t1i, x2i, t2i), ``PLO`` (xi, ni:
        logit-normal proportions), ``IRLN`` (xi, ti: Poisson counts with log-normal rates).
    model : str
        For OR and IRR: ``UM.FS``, both arms' counts with a free base in each study (Jackson's
        models 2 and 4); ``UM.RS``, with normally distributed bases that are independent of the
        effects (model 5); ``CM.EL``, the events of one arm given those of both: the non-central
        hypergeometric distribution (model 7), for rates the binomial; ``CM.AL``, its approximation
        for rare events (odds ratios only). PLO and IRLN have one model.
    ai, bi, ci, di, n1i, n2i, x1i, t1i, x2i, t2i, xi, ni, ti : (k,) array-like
        Counts and person-times.
    moderators : (k, q) array-like
        What the effect may depend on, without a constant column.
    moderator_names : sequence of str
        Their names.
    labels : sequence of str
        Names of the studies.
    method : str
        ``ML``: effects vary between studies, normally distributed. ``EE``: they do not.
    level : float
        Coverage of the intervals as a proportion.
    test : str
        ``z``: normal; ``t``: with k - p degrees of freedom.
    interval : str
        ``wald``; or ``profile``, by the likelihood ratio, without moderators.
    coding : float
        Models UM: share of a study's deviation that its first arm takes, 1/2, 1 or 0; it matters
        because the base is held while the effect varies.
    drop00 : bool
        UM.RS: whether to leave out studies without any event in either arm (or with events only).
        They tell about the bases and so count; metafor leaves them out. In the other models they
        say nothing about the effect and are always set aside.

    Returns
    -------
    GlmmResult

    Raises
    ------
    InputError, SpecError
        If the counts cannot be counts (the study is named), or a choice is not defined.
    ConvergenceError
        If the likelihood of a model with moderators has no finite maximum.
    """
    level = check_level(level)
    check_choice("measure", measure, tuple(MODELS))
    check_choice("model", model, MODELS[measure])
    check_choice("method", method, ("ML", *_COMMON))
    check_choice("test", test, ("z", "t"))
    check_choice("interval", interval, ("wald", "profile"))
    if coding not in (0.5, 1, 0):
        raise SpecError.at("argument 'coding'", found=repr(coding), expected="0.5, 1 or 0")
    if measure == "OR":
        counts = two_by_two(ai=ai, bi=bi, ci=ci, di=di, n1i=n1i, n2i=n2i, labels=labels)
    elif measure == "IRR":
        counts = two_arm_rates(x1i=x1i, t1i=t1i, x2i=x2i, t2i=t2i, labels=labels)
    else:
        counts = one_arm(measure, xi=xi, of=ti if measure == "IRLN" else ni, labels=labels)
    check_whole(counts)
    counts, design, names = _designed(counts, moderators, moderator_names)
    if interval == "profile" and design.shape[1] > 1:
        raise SpecError.at(
            "argument 'interval'", found="'profile' with moderators", expected="'wald'"
        )
    if measure in ("OR", "IRR"):
        counts, design, kept = _informative(counts, design, model, drop00)
    else:
        kept = []
    choices = Choices(
        measure=measure,
        model=model,
        method="EE" if method in _COMMON else method,
        level=level,
        test=test,
        interval=interval,
        names=names,
    )
    return _fit(choices, counts, design, coding, kept)


def _fit(
    choices: Choices, counts: Counts, design: FloatArray, coding: float, notes: list[Note]
) -> GlmmResult:
    k, p = design.shape
    if k == 0:
        nothing = NotEstimable(
            reason="No study is left that says anything about the effect: none has an event, or "
            "all have nothing else."
        )
        return report_nothing(choices, counts, nothing, notes)
    if k < p:
        raise SpecError.at(
            "argument 'moderators'",
            found=f"{p} coefficients and {k} studies",
            expected="no more coefficients than studies",
        )
    model = count_model(choices.measure, choices.model, counts, coding)
    why = infinite(choices.measure, model) if p == 1 else None
    if why is not None:
        return report_nothing(choices, counts, why, notes)
    own = study_effects(choices.measure, counts)
    spread = float(np.ptp(own.effect)) if own.effect.size else 1.0
    method = choices.method if k > p else "EE"
    try:
        fit = fit_counts(model, design, method, spread)
    except ConvergenceError as error:
        if p > 1:
            raise
        nothing = NotEstimable(
            reason="The likelihood has no finite maximum: the studies contradict each other "
            f"entirely, or lie at the edge of what counts can be ({error.problems[0].found})."
        )
        return report_nothing(choices, counts, nothing, notes)
    return report(choices, counts, design, model, fit, saturated(model), own, notes)


def _designed(
    counts: Counts,
    moderators: Any,
    moderator_names: Sequence[str] | None,
) -> tuple[Counts, FloatArray, tuple[str, ...]]:
    """Return the counts, design matrix and names; a missing moderator sets its study aside."""
    if moderators is None:
        return counts, np.ones((counts.k, 1)), ("intercept",)
    given = np.array(moderators, dtype=np.float64)
    given = given[:, None] if given.ndim == 1 else given
    total = counts.k + len(counts.set_aside)
    if given.ndim != 2 or given.shape[0] != total:
        raise InputError.at(
            "argument 'moderators'", found=f"shape {given.shape}", expected=f"{total} rows"
        )
    names = tuple(moderator_names or (f"moderator {j + 1}" for j in range(given.shape[1])))
    if len(names) != given.shape[1]:
        raise InputError.at(
            "argument 'moderator_names'", found=f"{len(names)} names", expected=f"{given.shape[1]}"
        )
    given = given[list(counts.positions)]
    missing = ~np.all(np.isfinite(given), axis=1)
    counts = counts.without(missing, "a moderator is missing, the study is not used")
    design = np.column_stack((np.ones(counts.k), given[~missing]))
    scaled = design / np.maximum(np.max(np.abs(design), axis=0, initial=0.0), 1e-300)
    if counts.k >= design.shape[1] and np.linalg.matrix_rank(scaled) < design.shape[1]:
        raise SpecError.at(
            "argument 'moderators'",
            found=f"columns that depend on each other or are constant: {', '.join(names)}",
            expected="columns that are independent of each other and of the intercept",
        )
    return counts, design, ("intercept", *names)


def _informative(
    counts: Counts, design: FloatArray, model: str, drop00: bool
) -> tuple[Counts, FloatArray, list[Note]]:
    """Set aside the studies that cannot say anything about the effect in this model."""
    empty = no_information(counts)
    if not np.any(empty):
        return counts, design, []
    if model == "UM.RS" and not drop00:
        names = [name for name, no in zip(counts.labels, empty, strict=True) if no]
        note = Note(
            kind="used",
            text=f"{', '.join(names)}: no event, or only events, in both arms. They count in this "
            "model, because they tell how often the event happens without an effect.",
        )
        return counts, design, [note]
    reason = (
        "no event, or only events, in both arms; left out as asked"
        if model == "UM.RS"
        else "no event, or only events, in both arms, which says nothing about a ratio in this "
        "model"
    )
    return counts.without(empty, reason), design[~empty], []
