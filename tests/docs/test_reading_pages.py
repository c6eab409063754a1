"""The reader of pages that the other tests rely on."""

PAGE = """# top
## a
| key | is |
| --- | --- |
| `x` | one, `1` |
| `y` |  |

| kind | is |
| --- | --- |
| b | two |
```sh
# no heading
```
### b
words
## c
z
"""


def test_a_section_ends_at_the_next_heading_of_its_level_and_not_in_a_block(markdown):
    assert markdown(PAGE).section("a").text.strip().endswith("words")
    assert markdown(PAGE).section("c").text.strip() == "z"


def test_what_stands_before_the_subsections(markdown):
    whole = markdown("## a\none\n### b\ntwo\n").section("a")
    assert whole.before_subsections().text.strip() == "one"


def test_headings_of_one_level(markdown):
    assert markdown(PAGE).headings(2) == ["a", "c"]
    assert markdown(PAGE).headings(3) == ["b"]


def test_rows_are_those_of_the_named_table(markdown):
    assert markdown(PAGE).rows("key") == [["`x`", "one, `1`"], ["`y`", ""]]
    assert markdown(PAGE).rows("kind") == [["b", "two"]]
    assert markdown(PAGE).rows("other") == []


def test_codes_of_a_column(markdown):
    assert markdown(PAGE).codes("key") == ["x", "y"]
    assert markdown(PAGE).codes("key", 1) == ["1"]


def test_a_block(markdown):
    assert markdown(PAGE).block("sh") == "# no heading\n"
