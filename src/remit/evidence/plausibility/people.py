"""All checks of tables with one row per person, and the call that runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from remit.core.errors import InputError
from remit.evidence.plausibility import date_order, impossible_values, same_person, stored_zeros
from remit.evidence.plausibility.number_column import NumberColumn
from remit.evidence.plausibility.suspicion import Suspicion

__all__ = ["PEOPLE_CHECKS", "PeopleCheck", "check_people"]

PeopleCheck = Callable[[Sequence[NumberColumn], str, str], Iterable[Suspicion]]

PEOPLE_CHECKS: tuple[PeopleCheck, ...] = (
    stored_zeros.check_stored_zeros,
    impossible_values.check_outside_scale,
    impossible_values.check_begins_at_one,
    impossible_values.check_far_values,
    impossible_values.check_zeros_far_off,
    same_person.check_same_person,
    date_order.check_date_order,
)


def check_people(
    columns: Sequence[NumberColumn],
    *,
    file: str = "",
    sheet: str = "",
    ids: Sequence[str | None] = (),
    id_name: str = "id",
    checks: Sequence[PeopleCheck] = PEOPLE_CHECKS,
) -> tuple[Suspicion, ...]:
    """Look for suspicious data in a table with one row per person. No number is changed.

    Parameters
    ----------
    columns : sequence of NumberColumn
        The columns of numbers and dates, in the order of the table.
    file, sheet : str
        Where they stand, for messages.
    ids : sequence of str or None
        Who each row is; empty if the table has no such column.
    id_name : str
        Header of the ids.
    checks : sequence of functions
        By default all.

    Returns
    -------
    tuple of Suspicion
        Worst first, then by place.

    Raises
    ------
    InputError
        If the columns have not all one row per person.
    """
    lengths = {len(c.values) for c in columns} | ({len(ids)} if ids else set())
    if len(lengths) > 1:
        raise InputError.at(
            file or "the columns",
            found=f"columns of {' and '.join(str(n) for n in sorted(lengths))} rows",
            expected="columns of one length",
        )
    found = [s for check in checks for s in check(columns, file, sheet)]
    if ids and columns:
        found += same_person.check_id_twice(ids, columns[0].rows, id_name, file, sheet)
    return tuple(sorted(found, key=Suspicion.sort_key))
