"""Do the printed numbers fit each other? One module per family of checks."""

from remit.evidence.integrity.battery import CHECKS, check_integrity
from remit.evidence.integrity.finding import Finding, Severity

__all__ = ["CHECKS", "Finding", "Severity", "check_integrity"]
