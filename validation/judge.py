"""Evaluate one case and say what came of it."""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from remit.core.errors import RemitError
from remit.core.estimate import NotEstimable
from validation.cases import Case, read_frame
from validation.compare import Finding, Tolerance, compare, plain
from validation.contract import Frame, NotComputed
from validation.differences import Difference, ToleranceRule
from validation.rcalls import Dispatcher, Evaluator, Scope
from validation.registry import AdapterModule, NoAdapter, Registry, Stubs

__all__ = ["Judge", "Verdict"]

REFUSED = "(refused)"


@dataclass(slots=True, kw_only=True)
class Verdict:
    """What came of one case.

    Attributes
    ----------
    family, case, function : str
        Where it belongs, its id, and the last R function that an adapter was asked for.
    not_computed : str
        Why remit does not compute it; empty where it does.
    no_adapter : bool
        No adapter answers the function and nothing says why.
    crash : str
        What the adapter or the evaluator died of.
    findings : list of Finding
        One per key compared.
    explained : list of (Finding, int)
        Differences with the place of their entry in the list of differences.
    unknown_keys : list of str
        Keys that the adapter gives and the case has not.
    keys_in_case : list of str
        First-level keys of the case.
    """

    family: str
    case: str
    function: str = ""
    not_computed: str = ""
    no_adapter: bool = False
    crash: str = ""
    findings: list[Finding] = field(default_factory=list)
    explained: list[tuple[Finding, int]] = field(default_factory=list)
    unknown_keys: list[str] = field(default_factory=list)
    keys_in_case: list[str] = field(default_factory=list)

    @property
    def unexplained(self) -> list[Finding]:
        """Differences without a cause."""
        listed = {finding.key for finding, _ in self.explained}
        return [f for f in self.findings if not f.agrees and f.key not in listed]


def _values_of(result: Any) -> Any:
    """Return what is to be compared: an escalc frame stands for what escalc computed."""
    if isinstance(result, Frame) and result.result is not None:
        return result.result
    return result


def _holds_not_estimable(value: Any) -> bool:
    if isinstance(value, NotEstimable):
        return True
    parts = value if isinstance(value, dict) else getattr(value, "values", None)
    if isinstance(parts, dict):
        return any(_holds_not_estimable(part) for part in parts.values())
    return isinstance(value, (list, tuple)) and any(map(_holds_not_estimable, value))


class Judge:
    """Evaluates cases; keeps the last setup, which the next case often shares.

    Parameters
    ----------
    folder : Path
        Folder with ``datasets``.
    modules : list of AdapterModule
        The adapters.
    differences, tolerances
        The listed ones.
    """

    def __init__(
        self,
        folder: Path,
        modules: Sequence[AdapterModule],
        differences: Sequence[Difference],
        tolerances: Sequence[ToleranceRule],
    ) -> None:
        self.folder = folder
        self.modules = modules
        self.differences = differences
        self.tolerances = tolerances
        self._registry = Registry(modules, "")
        self._agreeing: tuple[tuple[str, str], frozenset[str]] = (("", ""), frozenset())
        self._kept: tuple[tuple[str, ...], Evaluator, Registry, Scope] | None = None

    def _data(self, case: Case) -> Scope:
        frames = [read_frame(self.folder / "datasets" / f"{name}.csv") for name in case.datasets]
        names = ["dat", *(f"dat{place}" for place in range(2, len(frames) + 1))]
        return Scope(dict(zip(names, frames, strict=False)))

    def _prepared(self, case: Case) -> tuple[Evaluator, Scope]:
        """Run the setup, or take it over from the case before."""
        key = (case.package, case.setup, *case.datasets)
        if self._kept is None or self._kept[0] != key:
            self._kept = None
            self._registry = Registry(self.modules, case.package)
            evaluator = Evaluator(self._registry)
            scope = self._data(case)
            evaluator.run(case.setup, scope)
            self._kept = (key, evaluator, self._registry, scope)
        _, evaluator, self._registry, scope = self._kept
        return evaluator, scope.copy()

    def judge(self, case: Case) -> Verdict:
        """Evaluate a case and compare it."""
        verdict = Verdict(family=case.family, case=case.id)
        self._registry.called = ""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                evaluator, scope = self._prepared(case)
                result = _values_of(evaluator.run(case.call, scope))
            self._compare(verdict, case, result)
        except NotComputed as lack:
            verdict.not_computed = lack.reason
        except NoAdapter:
            verdict.no_adapter = True
        except RemitError as refusal:
            self._refused(verdict, case, str(refusal))
        except Exception as error:  # noqa: BLE001 - any crash of an adapter is a finding
            verdict.crash = f"{type(error).__name__}: {error}\n{_where(error)}"
        verdict.function = self._registry.called
        return verdict

    def evaluate_only(self, case: Case) -> str:
        """Return what hinders the evaluation of a case's arguments; empty where nothing does."""
        dispatcher: Dispatcher = Stubs()
        evaluator = Evaluator(dispatcher)
        try:
            scope = self._data(case)
            evaluator.run(case.setup, scope)
            evaluator.run(case.call, scope)
        except Exception as error:  # noqa: BLE001 - any crash of the evaluator is a finding
            return f"{type(error).__name__}: {error}"
        return ""

    def _tolerance(self, case: Case, key: str) -> Tolerance:
        found = Tolerance()
        for rule in self.tolerances:
            if rule.holds(case.family, case.id, key):
                found = rule.tolerance
        return found

    def _refused(self, verdict: Verdict, case: Case, message: str) -> None:
        """Remit refuses: that agrees where R refuses, too."""
        agrees = case.error is not None
        error = 0.0 if agrees else float("inf")
        finding = Finding(REFUSED, error, agrees, message, case.error or "a result")
        self._record(verdict, case, [finding])

    def _compare(self, verdict: Verdict, case: Case, result: Any) -> None:
        if case.error is not None:
            agrees = _holds_not_estimable(result)
            error = 0.0 if agrees else float("inf")
            self._record(verdict, case, [Finding(REFUSED, error, agrees, "", case.error)])
            return
        if isinstance(case.results, dict):
            verdict.keys_in_case = list(case.results)
        found = compare(plain(result), case.results, lambda key: self._tolerance(case, key))
        self._record(verdict, case, found)

    def _record(self, verdict: Verdict, case: Case, found: Iterable[Finding | str]) -> None:
        for finding in found:
            if isinstance(finding, str):
                verdict.unknown_keys.append(finding)
                continue
            verdict.findings.append(finding)
            if finding.agrees:
                continue
            for place, entry in enumerate(self.differences):
                if entry.explains(case.id, finding) and self._follows(case, finding, entry):
                    verdict.explained.append((finding, place))
                    break

    def _follows(self, case: Case, finding: Finding, entry: Difference) -> bool:
        """Tell whether a difference vanishes when remit takes the given value from the case."""
        if not entry.given:
            return True
        key = (case.id, entry.given)
        if self._agreeing[0] != key:
            self._agreeing = (key, self._agreeing_keys(case, entry.given))
        return finding.key in self._agreeing[1]

    def _agreeing_keys(self, case: Case, given: str) -> frozenset[str]:
        """Evaluate the case with one value given, and return the keys that agree then."""
        evaluator, scope = self._prepared(case)
        self._registry.given = {f"given.{given}": case.results[given]}
        try:
            result = plain(_values_of(evaluator.run(case.call, scope)))
        finally:
            self._registry.given = {}
        found = compare(result, case.results, lambda key: self._tolerance(case, key))
        return frozenset(f.key for f in found if isinstance(f, Finding) and f.agrees)


def _where(error: BaseException) -> str:
    """Return the last places of a traceback."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return "\n".join(f"    {Path(f.filename).name}:{f.lineno} {f.line}" for f in frames)
