"""Where the peers live: an environment of their own for the Python packages, and R with metafor."""

import os
import shutil
import subprocess
import sys
import venv
from functools import cache
from pathlib import Path

ENVIRONMENT = Path(__file__).resolve().parents[1] / ".venv-peers"
PACKAGES = ("PyMARE==0.0.13", "PyMetaAnalysis==0.9.0")


class NotHereError(Exception):
    """A peer that cannot be had, and why."""


@cache
def peer_python() -> str:
    """Return a Python that has the peers: PEER_PYTHON where that is set, else one made here.

    Raises
    ------
    NotHereError
        If the packages cannot be installed or imported.
    """
    told = os.environ.get("PEER_PYTHON")
    python = told or str(ENVIRONMENT / "bin" / "python")
    if not told and not Path(python).exists():
        print(f"making {ENVIRONMENT.name} with {', '.join(PACKAGES)}", file=sys.stderr)
        try:
            venv.create(ENVIRONMENT, with_pip=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise NotHereError(f"no environment could be made: {error}") from error
    if _runs([python, "-c", "import meta_analyze, pymare"]):
        return python
    if told or not _runs([python, "-m", "pip", "install", "--quiet", *PACKAGES]):
        raise NotHereError(f"{' and '.join(PACKAGES)} could not be had")
    return python


@cache
def rscript() -> str:
    """Return R's command for scripts.

    Raises
    ------
    NotHereError
        If there is no R, or it has no metafor.
    """
    found = shutil.which("Rscript")
    if found is None:
        raise NotHereError("no R here")
    if not _runs([found, "-e", "library(metafor)"]):
        raise NotHereError("this R has no metafor")
    return found


def _runs(command: list[str]) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0
