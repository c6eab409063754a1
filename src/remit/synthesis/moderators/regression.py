"""How does the effect depend on study characteristics: meta-regression by a formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import check_choice
from remit.core.errors import InputError
from remit.core.estimate import NotEstimable
from remit.core.notes import Note
from remit.synthesis.data import EffectSet
from remit.synthesis.exits import number_text, p_text, plain
from remit.synthesis.models.comparison import wald_test
from remit.synthesis.models.design import independent_columns
from remit.synthesis.models.fit_spec import FitSpec
from remit.synthesis.models.linear import fit_linear
from remit.synthesis.models.linear_fit import LinearFit
from remit.synthesis.models.prediction import Prediction, predict_fit
from remit.synthesis.moderators.design import (
    Columns,
    DesignMatrix,
    columns_used,
    design_matrix,
)
from remit.synthesis.moderators.factors import is_missing
from remit.synthesis.moderators.formulaic_design import formulaic_matrix
from remit.synthesis.studies import Studies, studies_of

__all__ = ["MetaRegression", "TermTest", "collinear_columns", "meta_regression"]

FloatArray = npt.NDArray[np.float64]
LANGUAGES = ("built-in", "formulaic")
_SHARE = 1e-8  # coefficients of a linear dependence below this share of the largest are rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class TermTest:
    """Test that a term of the formula has no part in the effect.

    Attributes
    ----------
    term : str
        As the formula has it.
    columns : tuple of str
        Coefficients that were tested together.
    q, p_value : float or NotEstimable
        Statistic, chi-squared or F as in `LinearFit`, and its p value.
    df : int
        Number of coefficients.
    df2 : float or None
        Denominator degrees of freedom of F.
    """

    term: str
    columns: tuple[str, ...]
    q: float | NotEstimable
    df: int
    df2: float | None
    p_value: float | NotEstimable

    def to_dict(self) -> dict[str, Any]:
        """Return the test as a plain dictionary."""
        names = ("term", "columns", "q", "df", "df2", "p_value")
        return {name: plain(getattr(self, name)) for name in names}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MetaRegression:
    """A linear model of study effects on study characteristics.

    Attributes
    ----------
    fit : LinearFit
        Coefficients, heterogeneity, R2, omnibus test.
    design : DesignMatrix
        The formula's columns.
    terms : tuple of TermTest
        One test per term.
    used : tuple of int
        Positions of the studies that were fitted, among those given.
    set_aside : tuple of str
        Studies without a value of a moderator.
    notes : tuple of Note
        Those of the fit, and what was left out.
    """

    fit: LinearFit
    design: DesignMatrix
    terms: tuple[TermTest, ...]
    used: tuple[int, ...]
    set_aside: tuple[str, ...]
    notes: tuple[Note, ...]

    def predict(
        self, data: Columns | None = None, level: float | None = None, *, kind: str = "as test"
    ) -> Prediction:
        """Predict the effect at given values of the moderators.

        Parameters
        ----------
        data : mapping of str to sequence, optional
            One value of each moderator per prediction; by default the studies' own.
        level : float, optional
            Coverage of both intervals; by default that of the fit.
        kind : str
            Prediction interval, see `predict_fit`.

        Raises
        ------
        InputError
            If a column or group is not known, or a value is missing.
        """
        if data is None:
            return predict_fit(self.fit, None, level, prediction=kind)
        rows = self.design.rows(data)
        kept = [self.design.names.index(name) for name in self.fit.names]
        return predict_fit(self.fit, rows[:, kept], level, prediction=kind)

    def summary(self) -> str:
        """Return the model as text."""
        lines = [f"Effect {self.design.formula}", self.fit.summary()]
        lines += [f"{test.term}: {_statistic(test)}, {p_text(test.p_value)}" for test in self.terms]
        said = {note.text for note in self.fit.notes}
        lines += [
            f"Note ({note.kind}): {note.text}" for note in self.notes if note.text not in said
        ]
        return "\n".join(lines)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per coefficient."""
        return self.fit.to_rows()

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {
            "kind": "remit.meta-regression",
            "version": 1,
            "formula": self.design.formula,
            "fit": self.fit.to_dict(),
            "terms": [test.to_dict() for test in self.terms],
            "used": list(self.used),
            "set_aside": list(self.set_aside),
            "notes": [note.to_dict() for note in self.notes],
        }


def _statistic(test: TermTest) -> str:
    if isinstance(test.q, NotEstimable):
        return f"not estimable: {test.q.reason}"
    kind = f"chi-squared({test.df})" if test.df2 is None else f"F({test.df}, {test.df2:g})"
    return f"{kind} = {number_text(test.q)}"


def meta_regression(
    effects: EffectSet | tuple[Any, Any],
    formula: str,
    data: Mapping[str, Sequence[Any]],
    spec: FitSpec = FitSpec(),  # noqa: B008
    *,
    language: str = "built-in",
    drop_collinear: bool = False,
) -> MetaRegression:
    """Fit study effects on study characteristics.

    Parameters
    ----------
    effects : EffectSet, or pair of (k,) arrays
        Studies, or their effects and variances.
    formula : str
        Moderators, such as ``~ dose + route * year``; see `design_matrix`.
    data : mapping of str to (k,) sequence
        Columns with one value per study, in the order of the effects. A study without a value of
        a moderator (None, NaN, empty text) is set aside and named.
    spec : FitSpec
        Estimator of tau2, test, level and weights.
    language : str
        ``built-in``, or ``formulaic`` for the whole language of that optional package, which
        evaluates parts of the formula as Python.
    drop_collinear : bool
        Leave out columns that follow from those before them, with a note, instead of refusing.

    Raises
    ------
    InputError
        If a column is not there or has another length, columns are collinear (each is named with
        what it equals), or there are not more studies than coefficients.
    SpecError
        If the formula cannot be read.
    MissingDependencyError
        If ``formulaic`` is asked for and not installed.
    """
    check_choice("language", language, LANGUAGES)
    studies = studies_of(effects)
    needed = columns_used(formula) if language == "built-in" else tuple(data)
    columns = _own_columns(needed, data, studies.k)
    missing = [any(is_missing(column[i]) for column in columns.values()) for i in range(studies.k)]
    used = tuple(i for i in range(studies.k) if not missing[i])
    if not used:
        raise InputError.at(
            "argument 'data'", found="no study with all moderators", expected="at least one"
        )
    complete = {name: [column[i] for i in used] for name, column in columns.items()}
    if not complete:
        complete = {"": list(used)}  # carries the number of studies where there is no moderator
    make = design_matrix if language == "built-in" else formulaic_matrix
    design = make(formula, complete)
    kept, notes = _kept_columns(design, drop=drop_collinear)
    fit = _fit(studies, design, used, kept, spec)
    aside = tuple(studies.labels[i] for i in range(studies.k) if missing[i])
    if aside:
        text = f"No value of a moderator, and not in the model: {', '.join(aside)}."
        notes.append(Note(kind="set-aside", text=text))
    return MetaRegression(
        fit=fit,
        design=design,
        terms=_term_tests(fit, design),
        used=used,
        set_aside=aside,
        notes=(*fit.notes, *notes),
    )


def _fit(
    studies: Studies, design: DesignMatrix, used: tuple[int, ...], kept: list[int], spec: FitSpec
) -> LinearFit:
    rows = list(used)
    if not isinstance(spec.weights, str) and len(spec.weights) == studies.k:
        spec = replace(spec, weights=tuple(spec.weights[i] for i in rows))
    return fit_linear(
        studies.effect[rows],
        studies.variance[rows],
        design.matrix[:, kept],
        spec,
        labels=tuple(studies.labels[i] for i in rows),
        names=tuple(design.names[i] for i in kept),
    )


def _own_columns(
    needed: tuple[str, ...], data: Mapping[str, Sequence[Any]], k: int
) -> dict[str, list[Any]]:
    columns = {}
    for name in needed:
        if name not in data:
            raise InputError.at(
                "argument 'formula'",
                found=f"column '{name}'",
                expected="one of " + (", ".join(data) or "no column"),
            )
        columns[name] = list(data[name])
        if len(columns[name]) != k:
            raise InputError.at(
                f"column '{name}'", found=f"{len(columns[name])} values", expected=f"{k} studies"
            )
    return columns


def collinear_columns(matrix: Any, names: Sequence[str]) -> dict[str, str]:
    """Return each column that follows from those before it, with what it equals."""
    x = np.asarray(matrix, dtype=np.float64)
    kept = list(independent_columns(x))
    found = {}
    for j in range(x.shape[1]):
        if j in kept:
            continue
        before = [i for i in kept if i < j]
        weights = np.linalg.lstsq(x[:, before], x[:, j], rcond=None)[0] if before else np.zeros(0)
        largest = float(np.max(np.abs(weights), initial=0.0))
        parts = [
            f"{number_text(float(w))} {names[i]}"
            for i, w in zip(before, weights, strict=True)
            if abs(w) > _SHARE * largest
        ]
        found[names[j]] = " + ".join(parts) if parts else "0 in all studies"
    return found


def _kept_columns(design: DesignMatrix, *, drop: bool) -> tuple[list[int], list[Note]]:
    redundant = collinear_columns(design.matrix, design.names)
    if redundant and not drop:
        said = "; ".join(f"{name} = {equals}" for name, equals in redundant.items())
        raise InputError.at(
            "argument 'formula'",
            found=f"collinear columns: {said}",
            expected="columns of which none follows from the others",
            hint="Leave a moderator out, or set drop_collinear.",
        )
    kept = [i for i, name in enumerate(design.names) if name not in redundant]
    notes = [
        Note(kind="caution", text=f"Left out as collinear: {name}, which is {equals}.")
        for name, equals in redundant.items()
    ]
    return kept, notes


def _term_tests(fit: LinearFit, design: DesignMatrix) -> tuple[TermTest, ...]:
    tests = []
    for term, columns in design.terms:
        names = tuple(design.names[i] for i in columns if design.names[i] in fit.names)
        if not names or np.any(fit.std_error[[fit.names.index(name) for name in names]] == 0):
            continue
        found = wald_test(fit, [fit.names.index(name) for name in names])
        tests.append(
            TermTest(
                term=term,
                columns=names,
                q=found.q_m,
                df=found.q_m_df,
                df2=found.df,
                p_value=found.q_m_p,
            )
        )
    return tuple(tests)
