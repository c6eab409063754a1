"""Pool the studies of one file: guess its columns, compute the effects, keep the account."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from remit.core.errors import InputError
from remit.evidence.tables import TextTable
from remit.io.decisions import Decision, noteworthy
from remit.io.formats.column_guess import ColumnGuess, guess_columns
from remit.io.typed_table import TypedTable
from remit.synthesis.conventions import CONVENTIONS, Convention, convention
from remit.synthesis.effects import Measure, measure_named
from remit.synthesis.pool import pool
from remit.synthesis.pooled import PooledResult
from remit.synthesis.rare import MantelHaenszelResult, mantel_haenszel
from remit.synthesis.spec import LIKELIHOOD_INTERVALS, RandomEffects
from remit.version import VERSION
from remit.workbench.file_effects import effects_of_file, study_labels
from remit.workbench.file_layouts import StudyTable, one_analysis
from remit.workbench.read_file import DraftFile, read_draft, the_table

__all__ = ["PooledFile", "pool_file", "pooling_spec"]

_SUMMED = ("OR", "RR", "RD")
#: Prediction interval that goes with an interval of the mean, where no convention says another.
_PREDICTION_OF = {"z": "z", "HKSJ": "HKSJ k-1"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledFile:
    """The pooled studies of one file.

    Attributes
    ----------
    file : str
        Name of the file.
    guess : ColumnGuess
        What its columns were taken for.
    told : tuple of str
        What was guessed and chosen, in sentences.
    words, scale : str
        What the measure is; scale of the analysis, a key of
        `remit.synthesis.effects.scales.SCALES`.
    family : str
        Family of measures; empty where the effects were given.
    arms : (str, str) or None
        Names of the two arms, where the file has them.
    result : PooledResult
        The pooled result, with every row.
    rules : Convention or None
        The convention that was asked for.
    summed : MantelHaenszelResult or None
        Odds ratios, risk ratios and risk differences by Mantel & Haenszel beside it.
    """

    file: str
    guess: ColumnGuess
    told: tuple[str, ...]
    words: str
    scale: str
    family: str
    arms: tuple[str, str] | None
    result: PooledResult
    rules: Convention | None
    summed: MantelHaenszelResult | None

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data that survives JSON unchanged."""
        return {
            "kind": "remit.pooled-file",
            "version": 1,
            "remit": VERSION,
            "file": self.file,
            "guess": self.guess.to_dict(),
            "told": list(self.told),
            "words": self.words,
            "scale": self.scale,
            "convention": None if self.rules is None else self.rules.to_dict(),
            "result": self.result.to_dict(),
            "mantel_haenszel": None if self.summed is None else self.summed.to_dict(),
        }


def pooling_spec(
    *, tau2: str = "", interval: str = "", name: str = "", level: float = 0.95
) -> RandomEffects:
    """Return the choices of a pooled analysis from the options of the command line.

    Parameters
    ----------
    tau2, interval : str
        As in `RandomEffects`, tau2 also as a number in digits; empty: not chosen.
    name : str
        A convention; what is chosen beside it goes before it. Without one, the prediction
        interval goes with ``interval``.
    level : float
        Coverage of all intervals.

    Raises
    ------
    SpecError
        If a choice is not defined.
    """
    spec = convention(name, level=level) if name else RandomEffects(level=level)
    changes: dict[str, Any] = {}
    if interval:
        changes["interval"] = interval
        changes["tau2"] = LIKELIHOOD_INTERVALS.get(interval, spec.tau2)
        if not name:
            changes["prediction"] = _PREDICTION_OF.get(interval, "HTS k-1")
    if tau2:
        try:
            changes["tau2"] = float(tau2)
        except ValueError:
            changes["tau2"] = tau2
    return replace(spec, **changes)


def pool_file(
    path: Path,
    spec: RandomEffects,
    *,
    measure: str = "",
    outcome: str = "",
    compare: str = "",
    name: str = "",
    map_path: Path | None = None,
) -> PooledFile:
    """Read a table of studies, guess its columns, compute the effects and pool them.

    Parameters
    ----------
    path : Path
        Separated text in any common form, .xlsx or .ods.
    spec : RandomEffects
        How to pool.
    measure : str
        metafor's code; by default the file's own, or the usual one of its columns.
    outcome, compare : str
        Which analysis of a file that holds several, see `one_analysis`.
    name : str
        A convention whose zero-cell rule is followed and whose I2 is named; ``spec`` has its
        other choices, see `pooling_spec`.
    map_path : Path, optional
        How the file is to be read where its content leaves a choice.

    Raises
    ------
    InputError
        If the file cannot be read, its columns are not known, a column that is needed can be read
        in two ways, or cells cannot be what they must be: all of them, by row and column.
    SpecError
        If the measure is not defined, or not for these columns, or an analysis must be chosen.
    """
    family = measure_named(measure).family if measure not in ("", "GEN") else None
    if measure == "GEN":
        family = ""

    def as_studies(table: TextTable) -> tuple[StudyTable, ColumnGuess]:
        studies = one_analysis(table, outcome, compare)
        return studies, guess_columns(studies.table, studies.family if family is None else family)

    draft = read_draft(path, map_path)
    typed, (studies, guess) = the_table(draft, as_studies)
    _ask(typed, studies, guess)
    if not typed.source.rows:
        raise InputError.at(
            str(typed.source.place()), found="a header and no row", expected="a row for each study"
        )
    code = measure or studies.measure or guess.layout.measure
    rules = CONVENTIONS[name] if name else None
    effects, data = effects_of_file(studies, guess, code, rules)
    known = code != "GEN"
    what = measure_named(code) if known else None
    told = [
        *noteworthy(_decisions(draft, typed, guess)),
        *studies.told,
        *guess.sentences(),
        _measure_sentence(code, measure, studies, what, given=guess.layout.family == ""),
    ]
    summed = None
    if guess.layout.family == "2x2" and code in _SUMMED:
        try:
            labels = study_labels(studies, guess)
            summed = mantel_haenszel(code, labels=labels, level=spec.level, **_whole(data))
        except InputError as error:
            told.append(f"Mantel-Haenszel was left out: {error.problems[0]}")
    return PooledFile(
        file=path.name,
        guess=guess,
        told=tuple(told),
        words=what.words if what else "effect as given",
        scale=what.scale if what else "identity",
        family=what.family if what else "",
        arms=studies.arms,
        result=pool(effects, spec),
        rules=rules,
        summed=summed,
    )


def _ask(typed: TypedTable, studies: StudyTable, guess: ColumnGuess) -> None:
    """Raise the open questions of the columns that are needed."""
    whole = studies.table.header != typed.source.header  # columns were put together from others
    needed = {*guess.columns.values(), *guess.label}
    asked = [q.problem() for q in typed.questions if whole or q.place.column in needed]
    if asked:
        raise InputError(asked)


def _decisions(draft: DraftFile, typed: TypedTable, guess: ColumnGuess) -> list[Decision]:
    """Return what was decided about the file and the columns that are used."""
    needed = {*guess.columns.values(), *guess.label}
    return [
        *draft.opened.decisions,
        *(d for d in typed.decisions if d.place.column in needed or d.source == "map"),
    ]


def _measure_sentence(
    code: str, asked: str, studies: StudyTable, what: Measure | None, *, given: bool
) -> str:
    why = "as asked" if asked else "as the file says" if studies.measure else "taken by default"
    words = "effects as given" if what is None else what.words
    scale = ""
    if what is not None and given:
        scale = " The effects of the file are taken to be on that scale already."
    return f"Measure: {code}, {words}, {why}.{scale}"


def _whole(data: dict[str, Any]) -> dict[str, Any]:
    """Return 2x2 counts with a missing study left as missing."""
    return {role: [None if np.isnan(x) else x for x in values] for role, values in data.items()}
