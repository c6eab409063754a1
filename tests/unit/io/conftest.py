"""Tables of one column, to see what is decided about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from remit.evidence.tables import TextTable


@pytest.fixture
def table_of() -> Callable[..., TextTable]:
    """Make a table of columns; rows are numbered from 2."""

    def make(**columns: Sequence[str]) -> TextTable:
        rows = tuple(zip(*columns.values(), strict=True))
        return TextTable(
            file="trial.csv",
            header=tuple(columns),
            rows=rows,
            row_numbers=tuple(range(2, len(rows) + 2)),
        )

    return make
