"""Design matrices by the optional package formulaic, for formulas beyond the built-in language."""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import Any

import numpy as np

from remit.core.checks import lock
from remit.core.errors import InputError, MissingDependencyError, SpecError
from remit.synthesis.moderators.design import INTERCEPT, Columns, DesignMatrix, FloatArray

__all__ = ["INSTALL_LINE", "formulaic_matrix"]

INSTALL_LINE = 'pip install "remit[formula]"'


def formulaic_matrix(formula: str, data: Columns) -> DesignMatrix:
    """Make the design matrix of a formula in formulaic's language.

    formulaic evaluates parts of a formula as Python: only formulas of one's own belong here.

    Parameters
    ----------
    formula : str
        The moderators, such as ``~ cc(dose, df=4) + hashed(route, levels=3)``.
    data : mapping of str to (k,) sequence
        Columns without missing values.

    Raises
    ------
    MissingDependencyError
        If formulaic is not installed.
    SpecError
        If formulaic cannot read the formula.
    """
    try:
        materializers = import_module("formulaic.materializers")
    except ImportError as error:
        raise MissingDependencyError.at(
            "argument 'language'",
            found="'formulaic', which is not installed",
            expected="the package formulaic, or the built-in language",
            hint=f"Install it with {INSTALL_LINE}.",
        ) from error
    errors = import_module("formulaic.errors")
    right = formula.partition("~")[2] if "~" in formula else formula
    try:
        source = materializers.PandasMaterializer(_plain(data), context={})
        made = source.get_model_matrix(right, output="numpy")
    except errors.FormulaicError as error:
        raise SpecError.at(
            "argument 'formula'", found=repr(formula), expected=f"a formula ({error})"
        ) from error
    spec = made.model_spec
    names = tuple(INTERCEPT if name == "Intercept" else name for name in spec.column_names)
    terms = tuple(
        (str(term), tuple(columns))
        for term, columns in spec.term_indices.items()
        if str(term) != "1"
    )

    def rows(new: Columns) -> FloatArray:
        with warnings.catch_warnings():
            warnings.simplefilter("error", errors.DataMismatchWarning)
            try:
                return np.asarray(spec.get_model_matrix(_plain(new), context={}), dtype=np.float64)
            except errors.DataMismatchWarning as warning:
                raise InputError.at(
                    "argument 'data'", found=str(warning), expected="groups of the studies"
                ) from warning

    return DesignMatrix(
        formula=formula.strip(),
        matrix=lock(np.array(made, dtype=np.float64)),
        names=names,
        terms=terms,
        rows=rows,
    )


def _plain(data: Columns) -> dict[str, Any]:
    return {name: np.asarray(list(column)) for name, column in data.items()}
