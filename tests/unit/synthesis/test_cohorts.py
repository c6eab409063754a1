from remit.synthesis.cohorts import main_reports


def chosen(make, *studies):
    found = main_reports(make.base(), studies)
    return {key: study.study for key, study in found.items()}


def test_each_cohort_alone(make):
    make.study("one")
    make.study("two")
    assert chosen(make, "one", "two") == {"one": "one", "two": "two"}


def test_the_report_that_names_the_cohort(make):
    make.study("early", cohort="main", n_analysed=500)
    make.study("main", n_analysed=60)
    assert chosen(make, "early", "main") == {"early": "main", "main": "main"}


def test_the_largest_where_the_main_report_does_not_answer(make):
    make.study("main", n_analysed=90)
    make.study("early", cohort="main", n_analysed=58)
    make.study("talk", cohort="main", n_analysed=68)
    assert chosen(make, "early", "talk") == {"early": "talk", "talk": "talk"}


def test_among_equals_the_first_of_the_table(make):
    make.study("main")
    make.study("b", cohort="main")
    make.study("a", cohort="main")
    assert chosen(make, "a", "b") == {"b": "b", "a": "b"}


def test_a_number_comes_before_none(make):
    make.study("main")
    make.study("a", cohort="main")
    make.study("b", cohort="main", n_analysed=1)
    assert chosen(make, "a", "b") == {"a": "b", "b": "b"}


def test_nothing_asked(make):
    make.study("one")
    assert chosen(make) == {}
