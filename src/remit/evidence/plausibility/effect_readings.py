"""Which typing error explains an effect that does not fit its interval or its peers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import exp, inf, log, sqrt
from statistics import median

from remit.core.numerics import critical_value
from remit.evidence.plausibility.peers import Peers, peers_of, surprise
from remit.evidence.plausibility.reading import Reading, about, best_reading, suspect
from remit.evidence.plausibility.study_row import StudyRow, group_rows
from remit.evidence.plausibility.suspicion import Suspicion

__all__ = ["effect_suspicions"]

SOURCE = "moderated t against the other studies, Smyth 2004; interval, Altman & Bland 2011"
USUAL_LOG_ERROR = 0.5
"""Standard errors of the studies of an outcome differ by about this, as logarithms ..."""
USUAL_LOG_UNIT = 0.3
"""... and standard errors times the root of n by this."""
LOOSE = 0.05
"""Rounding and t instead of normal quantiles move a standard error that much from its interval."""
DF_WITHIN = 4.0
BY_SIZE = frozenset({"sd-for-se", "variance-for-se"})
"""Standard errors that are odd beside others may be of larger studies: told by n or an interval."""


def effect_suspicions(rows: Sequence[StudyRow], *checks: str) -> Iterator[Suspicion]:
    """Yield what one typing error explains in typed effects, for the checks asked for.

    The effect is held against its own interval and against the other studies (a random effect, so
    that honest outliers pass); its standard error against the width of its interval and against
    the other studies, times the root of n where all sizes are known. Without sizes and interval
    SDs and variances are not looked for and other changes of a standard error are worth a look
    only, since a large study has a small one; so is a ratio among logarithms, since a logarithm
    brings any outlier nearer.

    Parameters
    ----------
    rows : sequence of StudyRow
        Of any outcomes.
    *checks : str
        Slugs: ``decimal-shift``, ``log-of-ratio``, ``sign-of-effect``, ``sd-for-se``,
        ``variance-for-se``.
    """
    for group in group_rows(rows):
        known = [row for row in group if row.effect is not None]
        for row in known:
            if not _typed(row):
                continue
            peers = _EffectPeers(row, known)
            readings = [r for r in _readings(row) if r.check not in BY_SIZE or peers.sized]
            best = best_reading(row, readings, peers.terms)
            if best is not None and best[0].check in checks:
                made = suspect(row, best, because=peers.words, source=SOURCE)
                yield replace(made, severity="worth a look") if _bare(row, made, peers) else made


class _EffectPeers:
    """The other effects of the group, on the analysis scale."""

    def __init__(self, row: StudyRow, rows: Sequence[StudyRow]) -> None:
        others = {r.study: r for r in rows if r.study != row.study and r.ratio == row.ratio}
        pairs = [pair for r in others.values() if (pair := r.analysed) is not None]
        self.errors = [error for _, error in pairs]
        self.effects = [effect for effect, _ in pairs]
        typical = median(self.errors) if self.errors else 1.0
        self.typical = typical
        self.effect: Peers | None = peers_of(self.effects, typical)
        sized = [r for r in others.values() if r.analysed is not None]
        self.by_n = row.n is not None and all(r.n for r in sized)
        self.sized = self.by_n or row.width is not None
        logs = [self._log_error(r) for r in sized]
        self.error = peers_of(logs, USUAL_LOG_UNIT if self.by_n else USUAL_LOG_ERROR)

    def _log_error(self, row: StudyRow) -> float:
        _, error = row.analysed or (0.0, 1.0)
        return log(error) + (log(row.n or 1.0) / 2 if self.by_n else 0.0)

    def terms(self, row: StudyRow) -> list[tuple[float, float]]:
        """Return t and surprise of each part of a row."""
        pair = row.analysed
        if pair is None:
            return [(inf, 50.0)]
        effect, error = pair
        parts = []
        if self.effect is not None:
            t = self.effect.t(effect, max(error**2 - self.typical**2, 0.0))
            parts.append((t, surprise(t, self.effect.df)))
        if self.error is not None:
            t = self.error.t(self._log_error(row))
            parts.append((t, surprise(t, self.error.df)))
        return parts + _own_interval(row, effect, error)

    @property
    def words(self) -> str:
        """The evidence in sentences."""
        if self.effect is None:
            return "It is held against its own interval."
        low, high = min(self.effects), max(self.effects)
        return (
            f"The effects of the {len(self.effects)} other studies are {about(low)} to "
            f"{about(high)} on the analysis scale, their standard errors "
            f"{about(min(self.errors))} to {about(max(self.errors))}."
        )


def _bare(row: StudyRow, made: Suspicion, peers: _EffectPeers) -> bool:
    """Tell whether only the other studies speak for a reading that fits many honest rows."""
    error = any(change.place == row.at("std_error") for change in made.changes)
    logs = made.check == "log-of-ratio" and not row.ratio and row.width is None
    return logs or (error and not peers.sized)


def _own_interval(row: StudyRow, effect: float, error: float) -> list[tuple[float, float]]:
    """Hold effect and standard error against the row's own interval, on the analysis scale."""
    if row.ci_low is None or row.ci_high is None or row.ci_low >= row.ci_high:
        return []
    low, high = row.ci_low, row.ci_high
    if row.ratio:
        if low <= 0:
            return []
        low, high = log(low), log(high)
    if low >= high:
        return []
    half = (high - low) / 2
    t = (effect - (low + high) / 2) / (2 * LOOSE * half)
    parts = [(t, surprise(t, DF_WITHIN))]
    if row.std_error is not None:
        t = log(error * critical_value(row.level) / half) / LOOSE
        parts.append((t, surprise(t, DF_WITHIN)))
    return parts


def _typed(row: StudyRow) -> bool:
    return row.std_error is None or row.std_error > 0


def _readings(row: StudyRow) -> Iterator[Reading]:
    effect, error = row.effect or 0.0, row.std_error

    def made(check: str, prior: float, cause: str, **cells: float | None) -> Reading:
        return Reading(check=check, prior=prior, cause=cause, row=replace(row, **cells))  # type: ignore[arg-type]

    point = "a decimal point in the wrong place"
    for factor in (10.0, 0.1):
        yield made("decimal-shift", 0.003, f"{point} (effect)", effect=effect * factor)
        if error:
            shifted = error * factor
            yield made("decimal-shift", 0.003, f"{point} (standard error)", std_error=shifted)
            whole = "an effect and standard error on a scale ten times as long or short"
            yield made("decimal-shift", 0.004, whole, effect=effect * factor, std_error=shifted)
        for end in ("ci_low", "ci_high"):
            value = getattr(row, end)
            if value:
                yield made("decimal-shift", 0.003, f"{point} ({end})", **{end: value * factor})
    yield made("sign-of-effect", 0.005, "a sign that was lost or added", effect=-effect)
    if row.ci_low is not None and row.ci_high is not None:
        turned = {"effect": -effect, "ci_low": -row.ci_high, "ci_high": -row.ci_low}
        yield made("sign-of-effect", 0.004, "arms in the other order", **turned)
    if row.ratio:
        logs = {"effect": exp(min(effect, 50.0))}
        for end in ("ci_low", "ci_high"):
            value = getattr(row, end)
            if value is not None:
                logs[end] = exp(min(value, 50.0))
        if effect <= 0 or "ci_low" not in logs or (row.ci_low or 0.0) <= 0:
            yield made("log-of-ratio", 0.02, "logarithms typed among ratios", **logs)
    elif effect > 0:
        cells = {"effect": log(effect)}
        if row.ci_low is not None and row.ci_high is not None and row.ci_low > 0:
            cells |= {"ci_low": log(row.ci_low), "ci_high": log(max(row.ci_high, row.ci_low))}
        yield made("log-of-ratio", 0.01, "a ratio typed among logarithms", **cells)
    if error and row.n:
        yield made(
            "sd-for-se",
            0.01,
            "a standard deviation typed as a standard error",
            std_error=error / sqrt(row.n) * 2,
        )
    if error:
        yield made(
            "variance-for-se", 0.01, "a variance typed as a standard error", std_error=sqrt(error)
        )
