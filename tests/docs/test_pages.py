"""The pages of `docs/` say what the code does: every check, key, command and option, both ways."""

import ast
import inspect
import re
import tomllib
from pathlib import Path

import click
import pytest
import typer

import remit
from remit.cli import app
from remit.evidence import integrity
from remit.evidence.codebook import CODEBOOK_COLUMNS, KIND_OF_TYPE
from remit.evidence.schema import ENGINE_WORDS, TABLES
from remit.io.review_folder import read_settings_file, shipped_folder
from remit.io.toml_section import TomlSection
from remit.synthesis.certainty import OPTIMAL_INFORMATION_SIZE, SUBSTANTIAL_I2
from remit.synthesis.spec import INTERVALS, PREDICTIONS, RandomEffects
from remit.synthesis.tau2 import TAU2_METHODS
from remit.workbench.questions.claims import CHECK_KINDS
from remit.workbench.questions.kinds import KINDS
from remit.workbench.settings import read_head, read_settings

ROOT = Path(__file__).resolve().parents[2]
CODE = re.compile(r"`([^`]+)`")


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def section(text: str, title: str) -> str:
    """Return what stands under a heading, up to the next heading of its level or above."""
    match = re.search(rf"^(#+) {re.escape(title)}$", text, re.MULTILINE)
    assert match, f"no heading '{title}'"
    level = len(match[1])
    rest = text[match.end() :]
    end = re.search(
        rf"^#{{1,{level}}} ", re.sub(r"^```.*?^```", blank, rest, flags=re.M | re.S), re.M
    )
    return rest[: end.start()] if end else rest


def blank(match: re.Match) -> str:
    """Return as many characters that are no heading, so that places stay the same."""
    return " " * len(match[0])


def rows(text: str, head: str) -> list[list[str]]:
    """Return the cells of every table whose header line begins with this cell."""
    found = []
    for table in re.findall(r"(?:^\|.*\|$\n?)+", text, re.MULTILINE):
        lines = [re.split(r"(?<!\\) ?\| ?", line.strip())[1:-1] for line in table.splitlines()]
        if lines[0][0] == head:
            found += lines[2:]
    return found


class TestIntegrityPage:
    """docs/integrity.md against remit.evidence.integrity."""

    @staticmethod
    def slugs_in_code() -> set[str]:
        """Return the slugs that the modules give to `Finding`, directly or through a function.

        A slug is the argument for the parameter ``check`` of any call in the room.
        """
        found = set()
        for file in Path(inspect.getfile(integrity)).parent.glob("*.py"):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            place = {
                node.name: [a.arg for a in node.args.args].index("check")
                for node in ast.walk(tree)
                if isinstance(node, ast.FunctionDef) and "check" in [a.arg for a in node.args.args]
            }
            for node in ast.walk(tree):
                if not isinstance(node, ast.Call):
                    continue
                given = [k.value for k in node.keywords if k.arg == "check"]
                name = node.func.id if isinstance(node.func, ast.Name) else ""
                if name in place and len(node.args) > place[name]:
                    given.append(node.args[place[name]])
                found |= {
                    value.value
                    for value in given
                    if isinstance(value, ast.Constant) and isinstance(value.value, str)
                }
        return found

    @pytest.fixture(scope="class")
    def checks(self) -> dict[str, list[str]]:
        return {r[0].strip("`"): r for r in rows(page("integrity.md"), "check")}

    @pytest.fixture(scope="class")
    def findings(self):
        return remit.check_integrity(remit.read_evidence())

    def test_the_code_is_read_rightly(self):
        slugs = self.slugs_in_code()
        assert {"grim", "percent-of-count", "direction-of-sign", "interval-order"} <= slugs
        assert len(slugs) > 30

    def test_every_check_is_described_and_no_other(self, checks):
        assert set(checks) == self.slugs_in_code()

    def test_every_finding_has_the_severity_and_source_of_its_row(self, checks, findings):
        assert findings
        for finding in findings:
            _, _, severity, source = checks[finding.check]
            assert finding.severity in severity, finding
            assert finding.source in source, finding

    def test_every_conflict_of_the_shipped_base_is_listed(self):
        known = [(c.conflict, c.study) for c in remit.read_evidence().conflicts]
        listed = [(r[0], r[1]) for r in rows(page("integrity.md"), "conflict")]
        assert listed == known
        assert f"holds {len(known)} disagreements" in page("integrity.md")

    def test_what_is_said_to_be_found_is_found(self, findings):
        found = [r for r in rows(page("integrity.md"), "conflict") if r[3] == "yes"]
        for conflict, _, _, _, how in found:
            slug, words = re.match(r'`([\w-]+)`: "(.+?)"', how).groups()
            messages = [f.message for f in findings if f.check == slug]
            assert any(words in message for message in messages), conflict
        assert f"{len(found)} of them are" in page("integrity.md")

    def test_what_is_not_found_says_why(self):
        missed = [r for r in rows(page("integrity.md"), "conflict") if r[3] != "yes"]
        assert missed
        assert {r[3] for r in missed} == {"no"}
        assert all(r[4] for r in missed)


class TestEvidencePage:
    """docs/evidence.md against the schema."""

    def test_every_table_with_its_key_and_references(self):
        told = {
            r[0].strip("`"): r for r in rows(section(page("evidence.md"), "The tables"), "table")
        }
        assert set(told) == {s.name for s in TABLES} | {"codebook"}
        for schema in TABLES:
            _, _, key, refers, needed = told[schema.name]
            assert tuple(key.split(", ")) == schema.key
            others = {other for _, other, _ in schema.references}
            assert set(filter(None, refers.split(", "))) == others, schema.name
            assert needed == ("yes" if schema.required else "no")

    def test_every_word_that_the_engine_acts_on(self):
        told = {
            tuple(r[0].strip("`").split(".")): set(r[1].split(", "))
            for r in rows(section(page("evidence.md"), "The codebook"), "column")
        }
        assert told == {key: set(words) for key, words in ENGINE_WORDS.items()}

    def test_every_type_and_column_of_the_codebook(self):
        text = section(page("evidence.md"), "The codebook")
        types = {code for r in rows(text, "type") for code in CODE.findall(r[0])}
        assert types == set(KIND_OF_TYPE)
        assert all(f"`{column}`" in text for column in CODEBOOK_COLUMNS)


class TestReviewTomlPage:
    """docs/review-toml.md against what the code reads."""

    @pytest.fixture(scope="class")
    def asked(self) -> dict[str, set[str]]:
        """Return the keys that were asked for, by heading, while the shipped files were read."""
        sections: list[tuple[TomlSection, str]] = []
        patch = pytest.MonkeyPatch()
        begin = TomlSection.__init__

        def record(self, values, path, problems):
            begin(self, values, path, problems)
            sections.append((self, path))

        patch.setattr(TomlSection, "__init__", record)
        kinds: dict[int, str] = {}
        try:
            for base in ("ketamine-headache", "template"):
                _, questions = read_settings(read_settings_file(shipped_folder(base)), [])
                for question in questions:
                    kind = read_head(question, tuple(KINDS)).kind
                    first = len(sections)
                    KINDS[kind][0](question)
                    kinds |= {id(question): kind}
                    kinds |= {id(part): kind for part, _ in sections[first:]}
        finally:
            patch.undo()
        head = {"id", "kind", "title", "asks", "cautions"}
        found: dict[str, set[str]] = {"question": set(head)}
        for part, path in sections:
            keys = set(part._asked)
            if id(part) in kinds:
                keys -= head if ", [" not in path.split("question]] ")[1] else set()
                title = kinds[id(part)]
            elif "possible_overlap" in path:
                title = "possible_overlap"
            elif "[assumptions]" in path:
                title = "assumptions"
            else:
                title = next((t for t in ("review", "scope", "words") if f"[{t}]" in path), "")
            if title and title != "words":
                found.setdefault(title, set()).update(keys)
        return found

    def described(self, title: str) -> set[str]:
        return {r[0].strip("`") for r in rows(self.text(title), "key")}

    def text(self, title: str) -> str:
        text = section(page("review-toml.md"), title)
        return text.split("\n### ")[0] if title == "question" else text

    def test_every_kind_was_read(self, asked):
        assert set(KINDS) <= set(asked) | {"regimens"}
        assert {"review", "scope", "possible_overlap", "assumptions", "question"} <= set(asked)

    def test_every_key_is_described(self, asked):
        missing = {
            (title, key)
            for title, keys in asked.items()
            for key in keys
            if f"`{key}`" not in self.text(title)
            and f"`assumptions.{key}`" not in self.text(title)
            and not (title == "assumptions" and key in {"schwenk-2018"})
            and not (title == "claims" and f"`{key}`" in self.text("Checks of a claim"))
        }
        assert missing == set()

    @pytest.mark.parametrize(
        "title", ["review", "scope", "possible_overlap", "assumptions", "question", *KINDS]
    )
    def test_no_key_is_described_that_nothing_reads(self, asked, title):
        assert self.described(title) <= asked.get(title, set())

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_key_is_needed_where_the_page_says_so(self, kind):
        problems = []
        KINDS[kind][0](TomlSection({}, "empty", problems))
        missing = {re.search(r"key '(\w+)'", p.where)[1] for p in problems}
        told = {r[0].strip("`") for r in rows(self.text(kind), "key") if r[1] == "yes"}
        assert told == missing

    def test_a_key_of_the_review_is_needed_where_the_page_says_so(self):
        problems = []
        read_settings({"review": {}}, problems)
        missing = {re.search(r"key '(\w+)'", p.where)[1] for p in problems if "[review]" in p.where}
        told = {r[0].strip("`") for r in rows(self.text("review"), "key") if r[1] == "yes"}
        assert told == missing

    @pytest.mark.parametrize("kind", [k for k in KINDS if k != "regimens"])
    def test_the_example_of_a_kind_can_be_read(self, kind):
        example = re.search(r"```toml\n(.*?)```", self.text(kind), re.DOTALL)[1]
        problems = []
        part = TomlSection(tomllib.loads(example), "example", problems)
        KINDS[kind][0](part)
        part.finish()
        assert problems == []

    @pytest.mark.parametrize(
        "title", ["review", "scope", "possible_overlap", "assumptions", "words"]
    )
    def test_the_example_of_a_table_can_be_read(self, title):
        example = re.search(r"```toml\n(.*?)```", self.text(title), re.DOTALL)[1]
        problems = []
        read_settings({"review": {}, **tomllib.loads(example)}, problems)
        assert not [p for p in problems if f"[{title}" in p.where]

    def test_every_check_of_a_claim_with_its_keys(self):
        told = {
            r[0].strip("`"): set(CODE.findall(r[1]))
            for r in rows(self.text("Checks of a claim"), "kind")
        }
        assert set(told) == set(CHECK_KINDS)
        for kind, keys in told.items():
            problems = []
            check = TomlSection({"said": "x", "check": {"kind": kind}}, "claim", problems)
            KINDS["claims"][0](TomlSection({"claim": [check.values]}, "claims", problems))
            missing = {re.search(r"key '(\w+)'", p.where)[1] for p in problems}
            assert keys == missing, kind

    def test_every_check_of_a_claim_has_its_verdict_in_the_methods(self):
        told = {r[0].strip("`") for r in rows(section(page("methods.md"), "Claims"), "check")}
        assert told == set(CHECK_KINDS)


class TestCommandLinePage:
    """docs/command-line.md against the commands."""

    @pytest.fixture(scope="class")
    def commands(self):
        root = typer.main.get_command(app)
        return {"remit": root} | {f"remit {name}": c for name, c in root.commands.items()}

    @staticmethod
    def names(command) -> set[str]:
        """Return options, and arguments in capitals."""
        found = {"--help"}
        for parameter in command.params:
            is_option = parameter.param_type_name == "option"
            found |= set(parameter.opts) if is_option else {parameter.name.upper()}
        return found

    def test_every_command_option_and_argument_is_described_and_no_other(self, commands):
        text = page("command-line.md")
        for name, command in commands.items():
            told = {
                code
                for head in ("option", "argument or option")
                for r in rows(section(text, name), head)
                for code in CODE.findall(r[0])
            }
            assert told == self.names(command), name

    def test_every_command_has_a_section(self, commands):
        headings = set(re.findall(r"^## (remit.*)$", page("command-line.md"), re.MULTILINE))
        assert headings == set(commands)


class TestMethodsPage:
    """docs/methods.md against the names and constants of the code."""

    def test_every_choice_of_a_pooled_effect(self):
        text = section(page("methods.md"), "Pooling")
        for choice in (*TAU2_METHODS, *INTERVALS, *PREDICTIONS):
            assert f"`{choice}`" in text, choice

    def test_the_defaults_are_those_named(self):
        spec = RandomEffects()
        assert (spec.tau2, spec.interval, spec.floor, spec.level) == ("REML", "HKSJ", True, 0.95)
        text = section(page("methods.md"), "Pooling")
        assert f"`{spec.prediction}` (default)" in text
        assert "The default is REML" in text
        assert "`HKSJ` by default" in text

    def test_the_limits_of_the_suggested_certainty(self):
        text = section(page("methods.md"), "Suggested certainty")
        assert f"I² is above {SUBSTANTIAL_I2:g} %" in text
        assert f"fewer than {OPTIMAL_INFORMATION_SIZE} people" in text


class TestLibraryPage:
    """docs/library.md names what `import remit` brings."""

    def test_every_public_name_is_documented(self):
        text = page("library.md") + page("methods.md")
        missing = [n for n in remit.__all__ if not re.search(rf"\b{re.escape(n)}\b", text)]
        assert missing == []


class TestTheHelpers:
    def test_a_section_ends_at_the_next_heading_and_not_in_a_block(self):
        text = "## a\nx\n```sh\n# no heading\n```\n### b\ny\n## c\nz\n"
        assert section(text, "a").strip().endswith("y")
        assert section(text, "c").strip() == "z"

    def test_rows_are_those_of_the_named_table(self):
        text = "| key | is |\n| --- | --- |\n| `a` | one |\n\n| kind | is |\n| --- | --- |\n| b | two |\n"
        assert rows(text, "key") == [["`a`", "one"]]

    def test_commands_are_read_from_the_program(self):
        command = click.Command("x", params=[click.Option(["--far", "-f"])])
        assert TestCommandLinePage.names(command) == {"--far", "-f", "--help"}
