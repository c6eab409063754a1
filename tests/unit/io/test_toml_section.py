import tomllib

import pytest

from remit.io.toml_section import TomlSection


@pytest.fixture
def problems():
    return []


@pytest.fixture
def section(problems):
    def make(text):
        return TomlSection(tomllib.loads(text), "review.toml", problems)

    return make


def said(problems):
    return [(p.where, p.found, p.expected, p.hint) for p in problems]


class TestValues:
    def test_reads_each_type(self, section, problems):
        s = section(
            'a = "x"\nb = 2\nc = 2.5\nd = ["x", "y"]\ne = [1, 2.5]\nf = true\ng = [0.5, 2]\n'
        )
        assert s.text("a") == "x"
        assert s.choice("a", ("x", "y")) == "x"
        assert s.number("b") == 2.0
        assert s.number("c") == 2.5
        assert s.texts("d") == ("x", "y")
        assert s.numbers("e") == (1.0, 2.5)
        assert s.flag("f", False) is True
        assert s.span("g") == (0.5, 2.0)
        s.finish()
        assert problems == []

    def test_defaults(self, section, problems):
        s = section("")
        assert s.text("a", "none") == "none"
        assert s.number("b", 2) == 2.0
        assert s.texts("c", ()) == ()
        assert s.numbers("d", (1.0,)) == (1.0,)
        assert s.flag("e", True) is True
        assert problems == []

    @pytest.mark.parametrize(
        ("read", "text", "found", "expected"),
        [
            (lambda s: s.text("a"), "a = 1", "1", "text in quotes"),
            (lambda s: s.text("a"), "a = true", "true", "text in quotes"),
            (lambda s: s.text("a"), "a = 2024-12-31", "2024-12-31", "text in quotes"),
            (lambda s: s.text("a"), "a = { b = 1 }", "a table", "text in quotes"),
            (lambda s: s.number("a"), 'a = "1"', "'1'", "a number without quotes"),
            (lambda s: s.number("a"), "a = true", "true", "a number without quotes"),
            (lambda s: s.number("a"), "a = inf", "inf", "a finite number"),
            (lambda s: s.texts("a"), 'a = "x"', "'x'", "a list of texts"),
            (lambda s: s.texts("a"), 'a = ["x", 1]', "['x', 1]", "a list of texts in quotes"),
            (lambda s: s.numbers("a"), 'a = [1, "x"]', "[1, 'x']", "a list of numbers"),
            (lambda s: s.numbers("a"), "a = [1, nan]", "[1, nan]", "a list of numbers"),
            (lambda s: s.span("a"), "a = [1]", "[1.0]", "two numbers, the lower one first"),
            (lambda s: s.span("a"), "", "nothing", "a list of numbers"),
            (lambda s: s.flag("a", True), 'a = "yes"', "'yes'", "true or false, without quotes"),
            (lambda s: s.text("a"), "", "nothing", "text in quotes"),
            (lambda s: s.choice("a", ("x", "y")), "", "nothing", "text in quotes"),
            (lambda s: s.choice("a", ("x", "y")), 'a = "z"', "'z'", "one of x, y"),
        ],
    )
    def test_each_fault_is_noted_once_with_its_path(
        self, section, problems, read, text, found, expected
    ):
        s = section(text)
        read(s)
        s.finish()
        assert said(problems) == [("review.toml, key 'a'", found, expected, "")]

    def test_near_choice(self, section, problems):
        section('a = "plcebo"').choice("a", ("placebo", "active"))
        assert problems[0].hint == "Did you mean 'placebo'?"


class TestKeys:
    def test_a_slip_of_the_pen_is_one_fault(self, section, problems):
        s = section('titel = "x"')
        s.text("title")
        s.finish()
        assert said(problems) == [
            ("review.toml, key 'title'", "nothing", "text in quotes", "Is it written 'titel'?")
        ]

    def test_a_key_that_was_read_is_no_slip_of_another(self, section, problems):
        s = section('question = "x"')
        s.text("question")
        s.text("questions")
        assert problems[0].hint == ""

    def test_unknown_key(self, section, problems):
        s = section('title = "x"\ncolour = 1')
        s.text("title")
        s.finish()
        assert said(problems) == [
            ("review.toml, key 'colour'", "a key that nothing reads", "one of title", "")
        ]

    def test_reject(self, section, problems):
        section("a = 25").reject("a", "a number below 1", "Write 0.25.")
        assert said(problems) == [("review.toml, key 'a'", "25", "a number below 1", "Write 0.25.")]

    def test_all_keys_known(self, section, problems):
        s = section('a = "x"\nb = "y"')
        assert s.keys() == ("a", "b")
        s.finish()
        assert problems == []


class TestTables:
    def test_path_grows(self, section, problems):
        s = section("[a.b]\nc = 1\n[[d]]\ne = 1\n[[d]]\ne = 2")
        s.section("a").section("b").text("c")
        for part in s.sections("d"):
            part.text("e")
        assert [p.where for p in problems] == [
            "review.toml, [a], [b], key 'c'",
            "review.toml, [[d]] 1, key 'e'",
            "review.toml, [[d]] 2, key 'e'",
        ]

    def test_a_missing_table_is_one_fault(self, section, problems):
        part = section("").section("check")
        part.choice("kind", ("a", "b"))
        part.number("n")
        part.finish()
        assert said(problems) == [("review.toml, key 'check'", "nothing", "a table [check]", "")]

    def test_something_else_than_a_table_is_one_fault(self, section, problems):
        part = section('check = "x"').section("check")
        part.text("kind")
        part.section("deeper").text("kind")
        assert said(problems) == [("review.toml, [check]", "'x'", "a table of keys and values", "")]

    def test_a_table_that_may_be_missing(self, section, problems):
        part = section("").section("scope", required=False)
        assert part.text("why", "") == ""
        part.text("needed")
        assert problems[0].where == "review.toml, [scope], key 'needed'"

    @pytest.mark.parametrize(
        ("text", "found"), [("", "nothing"), ("d = []", "[]"), ("[d]\na = 1", "a table")]
    )
    def test_a_list_of_tables_that_must_not_be_empty(self, section, problems, text, found):
        assert list(section(text).sections("d", required=True)) == []
        assert said(problems) == [("review.toml, key 'd'", found, "one or more tables [[d]]", "")]
