"""`scripts/setup.sh` says in one sentence why a machine will not do, and does no needless work.

Interpreters are shell scripts that answer as a Python of that kind would, so nothing is installed.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

TOOLS = ("sh", "dirname", "cat", "cksum", "grep", "ls", "rm", "mkdir", "tail", "date", "tr")


@pytest.fixture
def checkout(tmp_path):
    """Return a folder with what the script reads; its name has a space."""
    folder = tmp_path / "a checkout"
    (folder / "scripts").mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "setup.sh", folder / "scripts")
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.fixture
def path(tmp_path):
    """Return a search path that holds the script's tools and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        if found is None:
            pytest.skip(f"no {tool} on this machine")
        (folder / tool).symlink_to(found)
    return folder


def command(folder: Path, name: str, *lines: str) -> None:
    """Put a shell script on the search path."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(["#!/bin/sh", *lines, ""]), encoding="utf-8")
    file.chmod(0o755)


def setup(checkout: Path, path: Path, level: str = "runtime", **variables: str):
    return subprocess.run(  # noqa: S603
        [checkout / "scripts" / "setup.sh", level],
        cwd=path,
        env={"PATH": str(path), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def refusal(done: subprocess.CompletedProcess) -> str:
    """Return the one sentence of a run that failed."""
    assert done.returncode == 1
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1
    return lines[0]


def finished_environment(checkout: Path, level: str) -> Path:
    """Make a `.venv` that the script takes for finished; its pip would leave a trace."""
    venv = checkout / ".venv"
    command(
        venv / "bin",
        "python",
        'case "$*" in "-m pip"*) : > "$0-pip-ran"; exit 1 ;; esac',
        'echo "good 3.11.7"',
    )
    command(venv / "bin", "remit", "exit 0")
    checksum = subprocess.run(
        ["cksum"],  # noqa: S607
        input=(checkout / "pyproject.toml").read_bytes(),
        capture_output=True,
        check=True,
    ).stdout
    (venv / f"remit-{level}.stamp").write_bytes(checksum)
    (venv / "remit-home").write_text(f"3.11 {checkout.resolve()}", encoding="utf-8")
    return venv


class TestWhichPython:
    def test_none(self, checkout, path):
        assert "found no Python" in refusal(setup(checkout, path))

    def test_too_old(self, checkout, path):
        command(path, "python3", "echo too-old 3.8.18")
        said = refusal(setup(checkout, path))
        assert "found Python 3.8.18" in said
        assert "needs 3.11 or newer" in said

    def test_without_venv(self, checkout, path):
        command(path, "python3.12", "echo bare 3.12.4")
        command(path, "python3", "echo too-old 3.8.18")
        said = refusal(setup(checkout, path))
        assert "'apt install python3-venv' or 'python3.12-venv'" in said

    def test_a_shim_that_does_not_run_is_passed_over(self, checkout, path):
        command(path, "python3.13", "exit 127")
        command(path, "python3", "echo too-old 3.9.1")
        assert "found Python 3.9.1" in refusal(setup(checkout, path))

    def test_the_named_one_and_no_other(self, checkout, path):
        command(path, "python3.11", "echo good 3.11.7")
        command(path, "chosen", "echo too-old 3.10.2")
        assert "found Python 3.10.2" in refusal(setup(checkout, path, PYTHON="chosen"))

    def test_the_named_one_does_not_run(self, checkout, path):
        command(path, "python3.11", "echo good 3.11.7")
        assert "PYTHON=absent does not run" in refusal(setup(checkout, path, PYTHON="absent"))

    def test_the_real_question_to_a_real_python(self, checkout, path):
        (path / "python3").symlink_to(sys.executable)
        (checkout / ".venv").write_text("in the way", encoding="utf-8")
        assert "is not a virtual environment" in refusal(setup(checkout, path))


class TestNoNeedlessWork:
    @pytest.mark.parametrize(
        ("made", "asked"), [("runtime", "runtime"), ("dev", "dev"), ("dev", "runtime")]
    )
    def test_finished(self, checkout, path, made, asked):
        venv = finished_environment(checkout, made)
        done = setup(checkout, path, asked)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert not (venv / "bin" / "python-pip-ran").exists()

    def test_touching_pyproject_changes_nothing(self, checkout, path):
        finished_environment(checkout, "runtime")
        os.utime(checkout / "pyproject.toml")
        assert setup(checkout, path).stdout == ""

    def test_dev_is_more_than_runtime(self, checkout, path):
        venv = finished_environment(checkout, "runtime")
        setup(checkout, path, "dev")
        assert (venv / "bin" / "python-pip-ran").exists()

    def test_a_lost_command_installs_again(self, checkout, path):
        venv = finished_environment(checkout, "runtime")
        (venv / "bin" / "remit").unlink()
        setup(checkout, path)
        assert (venv / "bin" / "python-pip-ran").exists()

    def test_a_changed_pyproject_installs_again(self, checkout, path):
        venv = finished_environment(checkout, "runtime")
        with (checkout / "pyproject.toml").open("a", encoding="utf-8") as file:
            file.write("# another line\n")
        done = setup(checkout, path)
        assert "installing" in done.stdout
        assert (venv / "bin" / "python-pip-ran").exists()


class TestRepair:
    def test_interrupted(self, checkout, path):
        venv = finished_environment(checkout, "runtime")
        (venv / "remit-unfinished").write_text("", encoding="utf-8")
        done = setup(checkout, path)
        assert "an earlier set-up was interrupted: starting anew" in done.stdout
        assert "found no Python" in done.stderr

    def test_moved(self, checkout, path):
        finished_environment(checkout, "runtime")
        moved = checkout.rename(checkout.with_name("elsewhere"))
        assert "no longer fits this folder" in setup(moved, path).stdout

    def test_other_contents_are_left_alone(self, checkout, path):
        command(path, "python3", "echo good 3.11.7")
        notes = checkout / ".venv" / "notes"
        notes.parent.mkdir()
        notes.write_text("mine", encoding="utf-8")
        assert "is not a virtual environment" in refusal(setup(checkout, path))
        assert notes.read_text(encoding="utf-8") == "mine"

    def test_environment_that_cannot_be_made(self, checkout, path):
        command(
            path,
            "python3",
            'case "$*" in "-m venv"*) echo "no space left" >&2; exit 1 ;; esac',
            "echo good 3.11.7",
        )
        done = setup(checkout, path)
        assert done.returncode == 1
        assert "making the virtual environment failed: no space left" in done.stderr
        assert not (checkout / ".venv").exists()


class TestPipFails:
    def failing(self, checkout, path, message):
        """Run with a Python whose pip prints the message and fails."""
        finished_environment(checkout, "runtime")
        command(
            checkout / ".venv" / "bin",
            "python",
            f'case "$*" in "-m pip"*) echo "{message}"; exit 1 ;; esac',
            'echo "good 3.11.7"',
        )
        (checkout / ".venv" / "remit-runtime.stamp").unlink()
        done = setup(checkout, path)
        assert done.returncode == 1
        assert len(done.stderr.splitlines()) == 1
        assert not (checkout / ".venv" / "remit-runtime.stamp").exists()
        assert not (checkout / ".venv" / "remit-unfinished").exists()
        return done.stderr

    def test_no_network(self, checkout, path):
        said = self.failing(checkout, path, "WARNING: Temporary failure in name resolution")
        assert "could not be fetched" in said
        assert "connect to the network" in said

    def test_something_else(self, checkout, path):
        said = self.failing(checkout, path, "ERROR: the disk is full")
        assert "(the disk is full)" in said
        assert ".venv/remit-setup.log" in said
