"""Do groups of studies differ: pooled effects by subgroup with a test of their difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from remit.core.checks import check_choice
from remit.core.errors import InputError
from remit.core.estimate import Estimate, Interval, NotEstimable
from remit.core.notes import Note
from remit.core.numerics import chi2_upper_tail, critical_value, distribution_name
from remit.synthesis.batch import PooledMany, pool_many
from remit.synthesis.batch.inputs import fit_spec_of
from remit.synthesis.data import EffectSet
from remit.synthesis.exits import counted, interval_text, number_text, p_text, plain
from remit.synthesis.models.comparison import contrast_test
from remit.synthesis.models.fit_spec import FitSpec
from remit.synthesis.models.linear import fit_linear
from remit.synthesis.models.linear_fit import LinearFit
from remit.synthesis.moderators.factors import is_missing
from remit.synthesis.spec import CommonEffect, RandomEffects
from remit.synthesis.studies import Studies, studies_of

__all__ = ["TAU2_SHARING", "Subgroup", "SubgroupAnalysis", "subgroup_analysis"]

Number = float | NotEstimable
Spec = CommonEffect | RandomEffects | FitSpec
TAU2_SHARING = ("separate", "common")
_ONE = NotEstimable(reason="One study cannot show how much studies differ.")
_COMMON = NotEstimable(reason="tau2 is common to all subgroups.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subgroup:
    """The pooled effect of one group of studies.

    Attributes
    ----------
    name : str
        The group.
    studies : tuple of int
        Positions of its studies among those given.
    effect : Estimate
        Pooled effect.
    p_value : float or NotEstimable
        Two-sided p of no effect in this group.
    tau2, i2, q, q_p : float or NotEstimable
        Heterogeneity within the group; tau2 and I2 only where it has its own tau2.
    """

    name: str
    studies: tuple[int, ...]
    effect: Estimate
    p_value: Number
    tau2: Number
    i2: Number
    q: Number
    q_p: Number

    @property
    def k(self) -> int:
        """Number of studies."""
        return len(self.studies)

    def to_dict(self) -> dict[str, Any]:
        """Return the group as a plain dictionary."""
        names = ("name", "k", "studies", "effect", "p_value", "tau2", "i2", "q", "q_p")
        return {name: plain(getattr(self, name)) for name in names}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SubgroupAnalysis:
    """Pooled effects of groups of studies, and whether they differ.

    Attributes
    ----------
    spec : FitSpec
        How the groups were pooled.
    tau2_sharing : str
        ``separate``: each group has its own tau2. ``common``: all have one.
    groups : tuple of Subgroup
        In the order in which they first appear.
    q_between, p_between : float or NotEstimable
        Test that all groups have one effect: chi-squared, or F where ``df2_between`` is given.
    df_between : int
        Number of groups less one.
    df2_between : float or None
        Denominator degrees of freedom of F; None for chi-squared.
    tau2_common : float or NotEstimable
        The one tau2 of all groups.
    r2 : float or NotEstimable
        Share of heterogeneity that the groups explain, per cent; with a common tau2.
    set_aside : tuple of str
        Studies without a group.
    notes : tuple of Note
        What the reader must be told.
    """

    spec: FitSpec
    tau2_sharing: str
    groups: tuple[Subgroup, ...]
    q_between: Number
    p_between: Number
    df_between: int
    df2_between: float | None
    tau2_common: Number
    r2: Number
    set_aside: tuple[str, ...]
    notes: tuple[Note, ...]

    def group(self, name: str) -> Subgroup:
        """Return the group of this name.

        Raises
        ------
        InputError
            If there is none.
        """
        for group in self.groups:
            if group.name == name:
                return group
        raise InputError.at(
            "argument 'name'",
            found=repr(name),
            expected="one of " + ", ".join(group.name for group in self.groups),
        )

    def summary(self) -> str:
        """Return the analysis as text."""
        lines = [
            f"{group.name} (k = {group.k}): {number_text(group.effect.value)}, "
            f"{interval_text(group.effect.interval)}"
            for group in self.groups
        ]
        if isinstance(self.q_between, NotEstimable):
            lines.append(f"difference not estimable: {self.q_between.reason}")
        else:
            df = f"{self.df_between}" + (f", {self.df2_between:g}" if self.df2_between else "")
            kind = "F" if self.df2_between else "chi-squared"
            lines.append(
                f"Difference between groups: {kind}({df}) = {number_text(self.q_between)}, "
                f"{p_text(self.p_between)}; {self.tau2_sharing} tau2"
            )
        lines += [f"Note ({note.kind}): {note.text}" for note in self.notes]
        return "\n".join(lines)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per group."""
        return [group.to_dict() for group in self.groups]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        names = ("tau2_sharing", "q_between", "p_between", "df_between", "df2_between")
        return {
            "kind": "remit.subgroup-analysis",
            "version": 1,
            "spec": self.spec.to_dict(),
            **{name: plain(getattr(self, name)) for name in (*names, "tau2_common", "r2")},
            "groups": self.to_rows(),
            "set_aside": list(self.set_aside),
            "notes": [note.to_dict() for note in self.notes],
        }


def subgroup_analysis(
    effects: EffectSet | tuple[Any, Any],
    groups: Sequence[Any],
    spec: Spec = RandomEffects(),  # noqa: B008
    *,
    tau2: str = "separate",
) -> SubgroupAnalysis:
    """Pool each group of studies and test whether the groups differ.

    Parameters
    ----------
    effects : EffectSet, or pair of (k,) arrays
        Studies, or their effects and variances.
    groups : (k,) sequence
        The group of each study; a study without one (None, NaN, empty text) is set aside.
    spec : RandomEffects, CommonEffect or FitSpec
        How to pool.
    tau2 : str
        ``separate``: each group is pooled alone, and the difference is tested by Q between groups
        with the standard errors of the pooled effects, sum of (effect - their weighted mean)^2 /
        SE^2, chi-squared (Borenstein & Higgins 2013). ``common``: one model with a mean per group
        and one tau2; Wald test, F where the spec has t.

    Raises
    ------
    InputError
        If there are not one group per study, or fewer than two groups.
    """
    check_choice("tau2", tau2, TAU2_SHARING)
    studies, chosen = studies_of(effects), fit_spec_of(spec)
    names, members, aside = _members(groups, studies)
    notes = [_aside_note(aside)] if aside else []
    alone = [name for name in names if len(members[name]) == 1]
    if alone and tau2 == "separate" and not chosen.common_effect:
        text = (
            f"A single study in {', '.join(alone)}: its own normal interval is shown, and how much "
            "effects differ in that group is not known."
        )
        notes.append(Note(kind="caution", text=text))
    mask = np.array([[i in members[name] for i in range(studies.k)] for name in names])
    pooled = pool_many(studies.effect, studies.variance, mask, chosen)
    if tau2 == "separate":
        return _separate(chosen, names, members, pooled, aside, notes)
    return _shared(studies, chosen, names, members, pooled, aside, notes)


def _members(
    groups: Sequence[Any], studies: Studies
) -> tuple[list[str], dict[str, tuple[int, ...]], tuple[str, ...]]:
    values = list(groups)
    if len(values) != studies.k:
        raise InputError.at(
            "argument 'groups'", found=f"{len(values)} values", expected=f"{studies.k} studies"
        )
    members: dict[str, tuple[int, ...]] = {}
    aside = []
    for i, value in enumerate(values):
        if is_missing(value):
            aside.append(studies.labels[i])
        else:
            members[str(value)] = (*members.get(str(value), ()), i)
    if len(members) < 2:
        raise InputError.at(
            "argument 'groups'", found=counted(len(members), "group"), expected="at least two"
        )
    return list(members), members, tuple(aside)


def _aside_note(aside: tuple[str, ...]) -> Note:
    return Note(kind="set-aside", text=f"No group, and not in the analysis: {', '.join(aside)}.")


def _number(value: Any, otherwise: NotEstimable = _ONE) -> Number:
    return float(value) if np.isfinite(value) else otherwise


def _separate(
    spec: FitSpec,
    names: list[str],
    members: dict[str, tuple[int, ...]],
    pooled: PooledMany,
    aside: tuple[str, ...],
    notes: list[Note],
) -> SubgroupAnalysis:
    q_p = pooled.q_p
    found = []
    for i, name in enumerate(names):
        df = None if spec.test == "z" or pooled.k[i] == 1 else float(pooled.k[i] - 1)
        interval = Interval(
            low=float(pooled.ci_low[i]),
            high=float(pooled.ci_high[i]),
            level=spec.level,
            method=distribution_name(df),
        )
        effect = Estimate(
            value=float(pooled.effect[i]), interval=interval, std_error=float(pooled.std_error[i])
        )
        found.append(
            Subgroup(
                name=name,
                studies=members[name],
                effect=effect,
                p_value=_number(pooled.p_value[i], NotEstimable(reason="The standard error is 0.")),
                tau2=_number(pooled.tau2[i]),
                i2=_number(pooled.i2[i]),
                q=_number(pooled.q[i]),
                q_p=_number(q_p[i]),
            )
        )
    q, p = _q_between(pooled)
    return SubgroupAnalysis(
        spec=spec,
        tau2_sharing="separate",
        groups=tuple(found),
        q_between=q,
        p_between=p,
        df_between=len(names) - 1,
        df2_between=None,
        tau2_common=NotEstimable(reason="Each subgroup has its own tau2."),
        r2=NotEstimable(reason="Each subgroup has its own tau2."),
        set_aside=aside,
        notes=tuple(notes),
    )


def _q_between(pooled: PooledMany) -> tuple[Number, Number]:
    if np.any(pooled.std_error == 0):
        none = NotEstimable(reason="A subgroup has a standard error of 0.")
        return none, none
    w = 1.0 / pooled.std_error**2
    rest = pooled.effect - np.sum(w * pooled.effect) / np.sum(w)
    q = float(np.sum(w * rest * rest))
    return q, chi2_upper_tail(q, len(pooled) - 1)


def _shared(
    studies: Studies,
    spec: FitSpec,
    names: list[str],
    members: dict[str, tuple[int, ...]],
    pooled: PooledMany,
    aside: tuple[str, ...],
    notes: list[Note],
) -> SubgroupAnalysis:
    rows = [i for i in range(studies.k) if any(i in members[name] for name in names)]
    design = np.array([[float(i in members[name]) for name in names] for i in rows])
    fit = fit_linear(
        studies.effect[rows],
        studies.variance[rows],
        design,
        spec,
        labels=tuple(studies.labels[i] for i in rows),
        names=tuple(names),
    )
    differences = np.column_stack((-np.ones(len(names) - 1), np.eye(len(names) - 1)))
    q: Number = NotEstimable(reason="A subgroup has a standard error of 0.")
    p: Number = q
    if np.all(fit.std_error > 0):
        test = contrast_test(fit, differences)
        q, p = test.q_m, test.q_m_p
    q_p = pooled.q_p
    found = [
        Subgroup(
            name=name,
            studies=members[name],
            effect=_coefficient(fit, i),
            p_value=float(fit.p_value[i]),
            tau2=_COMMON,
            i2=_COMMON,
            q=_number(pooled.q[i]),
            q_p=_number(q_p[i]),
        )
        for i, name in enumerate(names)
    ]
    return SubgroupAnalysis(
        spec=spec,
        tau2_sharing="common",
        groups=tuple(found),
        q_between=q,
        p_between=p,
        df_between=len(names) - 1,
        df2_between=fit.df,
        tau2_common=fit.tau2 if isinstance(fit.tau2, NotEstimable) else fit.tau2.tau2,
        r2=fit.r2,
        set_aside=aside,
        notes=(*fit.notes, *notes),
    )


def _coefficient(fit: LinearFit, i: int) -> Estimate:
    half = critical_value(fit.spec.level, fit.df) * float(fit.std_error[i])
    value = float(fit.coef[i])
    interval = Interval(
        low=value - half, high=value + half, level=fit.spec.level, method=distribution_name(fit.df)
    )
    return Estimate(value=value, interval=interval, std_error=float(fit.std_error[i]))
