"""The results that a file carries, each beside what its data give."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from remit.core.place import Place

__all__ = ["CheckedResults", "ResultCheck"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultCheck:
    """One number that the file carries, and what its data give.

    Attributes
    ----------
    place : Place
        Where the number stands.
    where : str
        Analysis, subgroup and study, in words.
    what : str
        Which number.
    printed : str
        As it stands there.
    recomputed : float or None
        What the data give; None where they give nothing.
    agrees : bool
        Whether the two agree to the digits that are printed.
    why : str
        Why not, as far as it could be found; else empty.
    """

    place: Place
    where: str
    what: str
    printed: str
    recomputed: float | None
    agrees: bool
    why: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the check as a plain dictionary."""
        return {**asdict(self), "place": str(self.place)}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CheckedResults:
    """All results of a file.

    Attributes
    ----------
    file : str
        Name of the file.
    checks : tuple of ResultCheck
        In the order of the file.
    """

    file: str
    checks: tuple[ResultCheck, ...]

    @property
    def differences(self) -> tuple[ResultCheck, ...]:
        """Return the numbers that do not follow from the data."""
        return tuple(check for check in self.checks if not check.agrees)

    def summary(self) -> str:
        """Return what agrees and what differs, as text."""
        different = self.differences
        lines = [
            f"{self.file}: {len(self.checks)} numbers that it carries were computed again; "
            f"{len(self.checks) - len(different)} agree, {len(different)} differ."
        ]
        for check in different:
            ours = "nothing" if check.recomputed is None else f"{check.recomputed:.8g}"
            lines.append(
                f"{check.where}, {check.what}: {check.printed} is printed, the data give {ours}"
                f" ({check.why}). [{check.place}]"
            )
        return "\n".join(lines)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one dictionary for each number."""
        return [check.to_dict() for check in self.checks]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data that survives JSON unchanged."""
        return {
            "kind": "remit.checked-results",
            "version": 1,
            "file": self.file,
            "checks": self.to_rows(),
        }
