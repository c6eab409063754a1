"""``make reference``: all reference cases, the report, and an exit status.

Run as ``python -m validation.run``.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from validation.cases import FAMILIES, Case, load_cases
from validation.differences import Difference, read_differences, read_tolerances
from validation.judge import Judge, Verdict
from validation.registry import load_modules

__all__ = ["main"]

HERE = Path(__file__).parent
DEFAULT_FOLDER = HERE.parent.parent / "shared" / "reference"
WORST_SHOWN = 10
UNEXPLAINED_SHOWN = 40

_judge: Judge | None = None


def _say(line: str = "") -> None:
    sys.stdout.write(f"{line}\n")


def _start(folder: Path) -> None:
    """Make this process's judge."""
    global _judge  # noqa: PLW0603 - one judge per process
    modules, _ = load_modules()
    differences = read_differences(HERE / "differences.toml")
    _judge = Judge(folder, modules, differences, read_tolerances(HERE / "tolerances.toml"))


def _judge_group(cases: Sequence[Case]) -> list[Verdict]:
    if _judge is None:
        raise RuntimeError("no judge in this process")
    return [_judge.judge(case) for case in cases]


def _check_group(cases: Sequence[Case]) -> list[tuple[Case, str]]:
    if _judge is None:
        raise RuntimeError("no judge in this process")
    return [(case, _judge.evaluate_only(case)) for case in cases]


def _groups(cases: Iterable[Case]) -> list[list[Case]]:
    """Put cases of one setup together, in portions that two processes can share evenly."""
    by_setup: dict[tuple[str, ...], list[Case]] = defaultdict(list)
    for case in cases:
        by_setup[(case.package, case.setup, *case.datasets)].append(case)
    size = 12
    return [
        group[start : start + size]
        for group in by_setup.values()
        for start in range(0, len(group), size)
    ]


def _verdicts(folder: Path, cases: Sequence[Case], processes: int) -> Iterator[Verdict]:
    if processes == 1:
        _start(folder)
        for group in _groups(cases):
            yield from _judge_group(group)
        return
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes, _start, (folder,)) as pool:
        for verdicts in pool.imap_unordered(_judge_group, _groups(cases)):
            yield from verdicts


def _row(name: str, verdicts: Sequence[Verdict]) -> str:
    computed = [v for v in verdicts if v.findings and not v.crash]
    differ = [v for v in computed if v.unexplained]
    listed = [v for v in computed if v.explained and not v.unexplained]
    agree = len(computed) - len(differ) - len(listed)
    missing = sum(1 for v in verdicts if v.not_computed or v.no_adapter)
    crashed = sum(1 for v in verdicts if v.crash)
    keys = sum(len(v.keys_in_case) for v in computed)
    compared = sum(len({f.key.partition(".")[0] for f in v.findings}) for v in computed)
    numbers = [f for v in computed for f in v.findings]
    within = sum(1 for f in numbers if f.agrees)
    counts = (len(verdicts), agree, len(listed), len(differ), missing, crashed)
    row = f"{name:<16}" + "".join(f"{count:>12}" for count in counts)
    return f"{row}{within:>9} of {len(numbers)}{compared:>9} of {keys}"


def _table(verdicts: Sequence[Verdict]) -> None:
    heads = ("cases", "agree", "listed", "UNEXPLAINED", "not comp.", "CRASHED")
    row = f"{'family':<16}" + "".join(f"{head:>12}" for head in heads)
    _say(f"{row}   values that agree   R's keys compared")
    for family in FAMILIES:
        own = [v for v in verdicts if v.family == family.name]
        if own:
            _say(_row(family.name, own))
    _say(_row("all", verdicts))


def _not_computed(verdicts: Sequence[Verdict]) -> None:
    reasons: Counter[tuple[str, str, str]] = Counter()
    for verdict in verdicts:
        if verdict.not_computed:
            reasons[(verdict.family, verdict.function, verdict.not_computed)] += 1
    if reasons:
        _say("\nNot computed:")
    for (family, function, reason), count in sorted(reasons.items()):
        _say(f"  {family}: {function} ({count}): {reason}")


def _listed(verdicts: Sequence[Verdict], differences: Sequence[Difference]) -> None:
    cases: dict[int, set[str]] = defaultdict(set)
    worst: dict[int, float] = defaultdict(float)
    for verdict in verdicts:
        for finding, place in verdict.explained:
            cases[place].add(verdict.case)
            worst[place] = max(worst[place], finding.error)
    if cases:
        _say("\nDifferences with a cause (cases, largest relative difference):")
    for place in sorted(cases):
        _say(f"  {len(cases[place]):>4} {worst[place]:>9.1e}  {differences[place].cause}")


def _worst(verdicts: Sequence[Verdict]) -> None:
    """Show the largest differences that are within tolerance."""
    found = [(f.error, v.case, f) for v in verdicts for f in v.findings if f.agrees and f.error]
    found.sort(key=lambda item: item[0], reverse=True)
    if found:
        _say("\nLargest relative differences within tolerance:")
    for error, case, finding in found[:WORST_SHOWN]:
        _say(f"  {error:.1e}  {case}  {finding.key}: {finding.ours} against {finding.theirs}")


def _strange_keys(verdicts: Sequence[Verdict]) -> list[str]:
    """Return keys that an adapter gives and no case of that function has: most likely misspelt."""
    known: dict[str, set[str]] = defaultdict(set)
    strange: dict[str, set[str]] = defaultdict(set)
    for verdict in verdicts:
        known[verdict.function].update(finding.key for finding in verdict.findings)
        known[verdict.function].update(verdict.keys_in_case)
        strange[verdict.function].update(verdict.unknown_keys)
    return [
        f"{function}: key '{key}' is in no case"
        for function in sorted(strange)
        for key in sorted(strange[function] - known[function])
    ]


def _failures(verdicts: Sequence[Verdict], limit: int) -> list[str]:
    """Return a line for everything that must not be."""
    lines = [f"{v.case}: crashed in {v.function}\n    {v.crash}" for v in verdicts if v.crash]
    lacking = Counter((v.family, v.function) for v in verdicts if v.no_adapter)
    lines += [
        f"{family}: no adapter and no reason for '{function}' ({count} cases)"
        for (family, function), count in sorted(lacking.items())
    ]
    differing = [(v, f) for v in verdicts for f in v.unexplained]
    differing.sort(key=lambda pair: (pair[0].family, -pair[1].error))
    lines += [
        f"{v.case}  {f.key}: {f.ours} against {f.theirs} (relative {f.error:.1e})"
        for v, f in differing[:limit]
    ]
    if len(differing) > limit:
        lines.append(f"and {len(differing) - limit} more differences (--verbose shows all)")
    return lines


def _stale(verdicts: Sequence[Verdict], differences: Sequence[Difference]) -> list[str]:
    met = {place for v in verdicts for _, place in v.explained}
    return [
        f"differences.toml: entry {place + 1} matches nothing any more: "
        f"{', '.join(entry.cases)} / {', '.join(entry.keys)}"
        for place, entry in enumerate(differences)
        if place not in met
    ]


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m validation.run", description=__doc__)
    folder = os.environ.get("REFERENCE") or DEFAULT_FOLDER
    parser.add_argument("--reference", type=Path, default=Path(folder))
    parser.add_argument("--family", action="append", choices=[f.name for f in FAMILIES])
    parser.add_argument("--case", default="*", help="pattern of ids, such as 'escalc.bcg.*'")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--verbose", action="store_true", help="show every difference")
    parser.add_argument(
        "--evaluate-only", action="store_true", help="check that every argument has a value"
    )
    return parser.parse_args(arguments)


def _evaluate_only(folder: Path, cases: Sequence[Case]) -> int:
    _start(folder)
    problems = [
        f"{case.id}: {problem}"
        for group in _groups(cases)
        for case, problem in _check_group(group)
        if problem
    ]
    for line in problems:
        _say(line)
    _say(f"{len(cases)} setups and calls, {len(problems)} cannot be evaluated")
    return 1 if problems else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and report; return the exit status."""
    options = _arguments(arguments)
    folder: Path = options.reference
    if not folder.is_dir():
        _say(f"remit: no reference cases in {folder}: set REFERENCE to the folder that holds them")
        return 2
    chosen = [f for f in FAMILIES if not options.family or f.name in options.family]
    cases = [c for f in chosen for c in load_cases(folder, f) if fnmatchcase(c.id, options.case)]
    if not cases:
        _say(f"remit: no case matches '{options.case}'")
        return 2
    if options.evaluate_only:
        return _evaluate_only(folder, cases)
    differences = read_differences(HERE / "differences.toml")
    verdicts = sorted(_verdicts(folder, cases, options.processes), key=lambda v: (v.family, v.case))
    _table(verdicts)
    _not_computed(verdicts)
    _listed(verdicts, differences)
    _worst(verdicts)
    failures = _failures(verdicts, sys.maxsize if options.verbose else UNEXPLAINED_SHOWN)
    failures += [f"adapters/{name}.py: {reason}" for name, reason in load_modules()[1].items()]
    if not options.family and options.case == "*":
        failures += _strange_keys(verdicts) + _stale(verdicts, differences)
    if failures:
        _say("\nWhat must not be:")
    for line in failures:
        _say(f"  {line}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
