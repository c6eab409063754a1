import dataclasses
import re

import pytest

from remit.report.document import Answer, Page, Prose, SummaryRow
from remit.report.html import figures_of, render_page


@pytest.fixture(scope="module")
def page(shipped_review):
    """The shipped page without its figures, so that it is quick to render."""
    answers = tuple(
        dataclasses.replace(a, blocks=(), account=a.account[:2]) for a in shipped_review.answers
    )
    return dataclasses.replace(shipped_review.page, answers=answers, map=None)


def with_answer(page: Page, **changes) -> Page:
    answer = dataclasses.replace(page.answers[0], **changes)
    return dataclasses.replace(page, answers=(answer,))


def test_the_same_page_gives_the_same_text(page):
    assert render_page(page) == render_page(page)


def test_words_of_a_base_are_text_and_never_markup(page):
    evil = "<script>alert('x')</script> & <b>bold</b>"
    rendered = render_page(
        dataclasses.replace(
            with_answer(page, title=evil, sentence=evil, blocks=(Prose(text=evil, strong=evil),)),
            title=evil,
        )
    )
    assert "<script>alert" not in rendered
    assert "<b>bold" not in rendered
    assert "&lt;script&gt;alert" in rendered


def test_addresses_are_not_typeset(page):
    entry = page.answers[0].account[0]
    link = dataclasses.replace(entry.sources[0], url="https://example.org/a-1?x=%20-2 %", key="k")
    entry = dataclasses.replace(entry, sources=(link,))
    assert 'href="https://example.org/a-1?x=%20-2 %"' in render_page(
        with_answer(page, account=(entry,))
    )


def test_a_sentence_in_parts_becomes_paragraphs(page):
    rendered = render_page(with_answer(page, sentence="One.\nTwo."))
    assert '<p class="sentence">One.</p>' in rendered
    assert '<p class="sentence">Two.</p>' in rendered


def test_each_summary_line_leads_to_its_answer_and_account(page):
    row = SummaryRow(
        controlled=True, outcome="Pain", studies="1", people="34", estimate="-0.7",
        prediction="–", certainty="very low",
    )  # fmt: skip
    answer = dataclasses.replace(page.answers[0], summary=(row,))
    rendered = render_page(dataclasses.replace(page, answers=(answer,)))
    assert f'<a href="#{answer.id}">Pain</a>' in rendered
    assert f'<a href="#{answer.id}-account">\u22120.7</a>' in rendered
    assert "Before and after, no control group" not in rendered


def test_doubts_stand_beside_the_answer_once(page, shipped_review):
    claims = next(a for a in shipped_review.answers if a.id == "claims")
    assert len(claims.doubts) == len(set(claims.doubts)) > 0
    rendered = render_page(dataclasses.replace(page, answers=(claims,)))
    assert rendered.count("Printed numbers behind this answer that do not fit.") == 1


def test_a_page_without_a_map_says_nothing_of_one(page):
    rendered = render_page(page)
    assert "map-section" not in rendered
    assert 'id="map"' not in rendered


def test_figures_by_name(shipped_review):
    figures = figures_of(shipped_review.page)
    assert list(figures)[-1] == "map"
    assert all(name == figure.id for name, figure in figures.items())
    assert any("-sd-" in name for name in figures)  # one for each value of an assumption


def test_figures_without_a_map(page):
    assert figures_of(page) == {}


def test_no_advice_stands_once_before_the_answers(shipped_html, shipped_review):
    # the words of the page, its typesetting taken out
    text = shipped_html.replace("\u00a0", " ")
    assert text.count(shipped_review.settings.not_advice) == 1
    assert text.index(shipped_review.settings.not_advice) < text.index('id="answers"')


def test_every_caution_and_every_source_is_on_the_page(shipped_html, shipped_review):
    rows = set(re.findall(r'<span class="row">([^<]+)</span>', shipped_html))
    wanted = {link.row for a in shipped_review.answers for e in a.account for link in e.sources}
    assert wanted <= rows


def test_answers_without_an_effect_have_no_certainty(shipped_review):
    for answer in shipped_review.answers:
        assert isinstance(answer, Answer)
        if answer.certainty is not None:
            assert answer.certainty.reasons[0].startswith("starts ")
