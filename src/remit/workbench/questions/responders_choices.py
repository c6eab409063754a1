"""What else could have been decided about a pooled share."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from remit.synthesis.counts import CountSpec, count_rows
from remit.synthesis.data import ProportionSet
from remit.synthesis.multiverse import Alternative, Axis, Multiverse, multiverse_of_shares
from remit.workbench.bench import Bench
from remit.workbench.questions.choice_axes import believed, reading_axes, study_axes
from remit.workbench.questions.forests import MIN_STUDIES_FOR_DIAMOND

__all__ = ["share_multiverse"]

_MODEL = Axis(
    name="Model",
    alternatives=(
        Alternative(label="share of a median cohort (logit-normal)", value="logit-normal"),
        Alternative(label="mean share (beta-binomial)", value="beta-binomial"),
        Alternative(label="one share common to all (exact)", value="one share"),
    ),
    stage="model",
)


def share_multiverse(bench: Bench, use: tuple[str, ...], spec: CountSpec) -> Multiverse:
    """Pool the shares of one definition under every combination of choices.

    Parameters
    ----------
    bench : Bench
        The evidence.
    use : tuple of str
        Uses of the studies.
    spec : CountSpec
        What is counted; as many cohorts as a diamond needs have a count.
    """

    def collect(alternative: Collection[str]) -> ProportionSet:
        return count_rows(bench.with_use(use, alternative), spec)

    def build(values: Mapping[str, Any]) -> ProportionSet:
        return collect(believed(values))

    studies = [row.study for row in collect(()).rows]
    return multiverse_of_shares(
        (*reading_axes(bench, collect), *study_axes(bench, studies), _MODEL),
        build,
        least=MIN_STUDIES_FOR_DIAMOND,
    )
