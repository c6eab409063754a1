"""Design matrices by the optional package formulaic, for formulas beyond the built-in language."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from remit.core.checks import lock
from remit.core.errors import MissingDependencyError, SpecError
from remit.synthesis.moderators.design import INTERCEPT, Columns, DesignMatrix, FloatArray

__all__ = ["INSTALL_LINE", "formulaic_matrix"]

INSTALL_LINE = 'pip install "remit[formula]"'


def formulaic_matrix(formula: str, data: Columns) -> DesignMatrix:
    """Make the design matrix of a formula in formulaic's language.

    Parameters
    ----------
    formula : str
        The moderators, such as ``~ bs(dose, df=4) + hashed(route)``.
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
        formulaic = import_module("formulaic")
    except ImportError as error:
        raise MissingDependencyError.at(
            "argument 'formula'",
            found=repr(formula),
            expected="the built-in language, or the package formulaic",
            hint=f"Install it with {INSTALL_LINE}.",
        ) from error
    right = formula.partition("~")[2] if "~" in formula else formula
    errors = import_module("formulaic.errors")
    try:
        made = formulaic.model_matrix(right, _plain(data), output="numpy", context=None)
    except errors.FormulaicError as error:
        raise SpecError.at(
            "argument 'formula'", found=repr(formula), expected=f"a formula ({error})"
        ) from error
    spec = made.model_spec
    names = tuple(INTERCEPT if name == "Intercept" else name for name in spec.column_names)
    terms = [
        (str(term), tuple(range(*indices.indices(len(names)))))
        for term, indices in spec.term_slices.items()
        if str(term) != "1"
    ]

    def rows(new: Columns) -> FloatArray:
        return np.asarray(spec.get_model_matrix(_plain(new), context=None), dtype=np.float64)

    return DesignMatrix(
        formula=formula.strip(),
        matrix=lock(np.array(made, dtype=np.float64)),
        names=names,
        terms=tuple(terms),
        rows=rows,
    )


def _plain(data: Columns) -> dict[str, Any]:
    return {name: np.asarray(list(column)) for name, column in data.items()}
