"""The repository's own frame: what its files must not say, and what they must agree on."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from remit.version import VERSION

ROOT = Path(__file__).resolve().parents[2]

MACHINE_PATH = re.compile(r"(?<![\w.<])/(?:work|tmp|root|home|Users)\b")
"""A path of one person's machine; not the middle of an address, nor a closing tag."""

PACKAGE_HOST = re.compile(r"(?:pypi|pythonhosted|npmjs|debian)[.](?:org|com)\b", re.IGNORECASE)

LINK = re.compile(r"\]\(([^)\s]+)\)")
MAKE_COMMAND = re.compile(r"(?:^|`)make ([a-z]+)", re.MULTILINE)
TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)


def repository_files() -> list[Path]:
    """Return the files that are tracked, or would be by the next `git add`."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip(f"not a git checkout: {listed.stderr.strip()}")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    """Return file, line number and text of every match in the repository's text files."""
    found = []
    for path in repository_files():
        content = path.read_bytes()
        if b"\0" in content:
            continue
        for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), start=1):
            if match := pattern.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {match.group()}")
    return found


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pyproject() -> dict:
    return tomllib.loads(read("pyproject.toml"))


def markdown_files() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md")])


def makefile_targets() -> set[str]:
    return set(TARGET.findall(read("Makefile")))


def make_commands(text: str) -> set[str]:
    """Return the targets that a text tells its reader to make, in code."""
    return set(MAKE_COMMAND.findall(text))


class TestWhatNoFileSays:
    def test_no_machine_paths(self):
        assert lines_with(MACHINE_PATH) == []

    def test_no_package_hosts(self):
        assert lines_with(PACKAGE_HOST) == []

    @pytest.mark.parametrize("before", ["", " ", '"', "(", "=", "file://", ":"])
    @pytest.mark.parametrize("folder", ["work", "tmp", "root", "home", "Users"])
    def test_a_machine_path_would_be_seen(self, before, folder):
        assert MACHINE_PATH.search(f"{before}/{folder}/thing")

    @pytest.mark.parametrize(
        "innocent", ["https://example.org/home/x", "src/work/x", "</root>", "/homeopathy", "../tmp"]
    )
    def test_other_paths_are_left_alone(self, innocent):
        assert not MACHINE_PATH.search(innocent)

    def test_a_package_host_would_be_seen(self):
        assert PACKAGE_HOST.search("https://" + ".".join(["files", "pythonhosted", "org"]))

    def test_the_search_covers_this_file_and_the_package(self):
        names = {str(path.relative_to(ROOT)) for path in repository_files()}
        assert {"tests/docs/test_repository.py", "src/remit/__init__.py", "Makefile"} <= names


class TestVersion:
    def test_changelog_names_it(self):
        assert f"## [{VERSION}]" in read("CHANGELOG.md")

    def test_changelog_has_its_sections(self):
        version = VERSION
        section = read("CHANGELOG.md").split(f"## [{version}]")[1].split("\n## ")[0]
        assert re.findall(r"^### (.+)$", section, re.MULTILINE) == [
            "Numbers changed",
            "Added",
            "Fixed",
        ]

    def test_citation_names_it(self):
        assert f"\nversion: {VERSION}\n" in read("CITATION.cff")


class TestDocumentation:
    def test_every_page_is_linked_from_the_index(self):
        linked = set(LINK.findall(read("docs/README.md")))
        pages = {
            path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")
        } - {"README.md"}
        assert pages, "docs/ holds no page"
        assert pages <= linked

    def test_every_relative_link_leads_somewhere(self):
        broken = []
        for path in markdown_files():
            for target in LINK.findall(path.read_text(encoding="utf-8")):
                file = target.split("#")[0]
                if ":" in target or not file:
                    continue
                if not (path.parent / file).exists():
                    broken.append(f"{path.relative_to(ROOT)}: {target}")
        assert broken == []

    def test_dependencies_are_those_of_the_package(self):
        project = pyproject()["project"]
        stated = [
            *project["dependencies"],
            *(name for extra in project["optional-dependencies"].values() for name in extra),
            *pyproject()["build-system"]["requires"],
        ]
        names = {re.split(r"[^A-Za-z0-9-]", name)[0] for name in stated}
        described = re.findall(r"^### (\S+)$", read("docs/dependencies.md"), re.MULTILINE)
        assert sorted(described) == sorted(names)


class TestMake:
    def test_readme_names_the_two_that_a_newcomer_needs(self):
        assert {"review", "test"} <= make_commands(read("README.md"))

    @pytest.mark.parametrize("path", markdown_files(), ids=lambda p: str(p.relative_to(ROOT)))
    def test_documented_targets_exist(self, path):
        assert make_commands(path.read_text(encoding="utf-8")) <= makefile_targets()

    def test_a_missing_target_would_be_seen(self):
        assert make_commands("run `make tea`\nmake coffee\n") == {"tea", "coffee"}

    def test_targets_are_phony(self):
        phony = re.search(r"^\.PHONY: (.+)$", read("Makefile"), re.MULTILINE)
        assert phony is not None
        assert set(phony.group(1).split()) == makefile_targets()

    @pytest.mark.parametrize("name", [".ci/run", "scripts/setup.sh"])
    def test_scripts_can_be_run(self, name):
        assert os.access(ROOT / name, os.X_OK)

    def test_ci_runs_what_everybody_runs(self):
        assert "make test" in read(".ci/run").splitlines()
