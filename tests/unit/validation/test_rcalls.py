"""The evaluator gives the values that R gives, and finds names where R finds them."""

import numpy as np
import pytest
from validation.contract import Formula, Frame, Function, Matrix, Result
from validation.rcalls import Evaluator, Scope
from validation.rvalues import REvaluationError


class Recorder:
    """Keeps the arguments of each call, and answers with what it is told."""

    def __init__(self, **answers):
        self.answers = answers
        self.calls = []

    def parameters(self, function, first):
        return ("x", "y", "z")

    def call(self, function, args, first):
        self.calls.append((function, args))
        return self.answers.get(function, 0.0)

    def args(self, place=-1):
        return self.calls[place][1]


def frame():
    return Frame(
        {
            "a": np.array([1.0, 2.0, np.nan]),
            "g": np.array(["u", "v", None], dtype=object),
            "d": np.array([7.0, 8.0, 9.0]),
        }
    )


def run(text, recorder=None, **names):
    recorder = recorder or Recorder()
    return Evaluator(recorder).run(text, Scope({"dat": frame(), **names}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1:4", [1, 2, 3, 4]),
        ("3:1", [3, 2, 1]),
        ("(1:3-4)/2", [-1.5, -1, -0.5]),
        ("c(1, c(2, 3), 4)", [1, 2, 3, 4]),
        ("rep(0.3, 3)", [0.3, 0.3, 0.3]),
        ("cumsum(1:3)", [1, 3, 6]),
        ("order(c(3, 1, 2))", [2, 3, 1]),
        ("sqrt(c(4, 9))", [2, 3]),
        ("pmin(c(1, 5), 3)", [1, 3]),
        ("dat$d[-1]", [8, 9]),
        ("dat$d[c(TRUE, FALSE, TRUE)]", [7, 9]),
        ("as.vector(cbind(1:2, 5))", [1, 2, 5, 5]),
        ("as.vector(rbind(c(1, 2), c(3, 4))[2,])", [3, 4]),
        ("dat$a^2", [1, 4, np.nan]),
    ],
)
def test_vectors(text, expected):
    np.testing.assert_allclose(run(text), expected, rtol=0, atol=1e-15)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1/2", 0.5),
        ("min(c(3, 2), 5)", 2.0),
        ("paste('a', 'b')", "a b"),
        ("-2^2", -4.0),
        ("1 < 2", True),
        ("if (FALSE) 1", None),
        ("local({y <- 2; y + 1})", 3.0),
        ("with(dat, d[1])", [7.0]),
        ("dat$none", None),
        ("list(a=1, b=2)$b", 2.0),
    ],
)
def test_values(text, expected):
    assert run(text) == expected


def test_comparison_of_strings_keeps_missing_apart():
    assert run("dat$g == 'u'").tolist() == [True, False, False]


def test_columns_come_before_variables_in_data():
    recorder = Recorder()
    run("f(a, y=d, data=dat)", recorder, d=1.0, a=2.0)
    np.testing.assert_array_equal(recorder.args()["x"], frame()["a"])
    np.testing.assert_array_equal(recorder.args()["y"], [7, 8, 9])


def test_a_dollar_means_the_variable_not_the_column():
    recorder = Recorder()
    run("f(y=d$a, data=dat)", recorder, d=Frame({"a": np.array([5.0])}))
    assert recorder.args()["y"].tolist() == [5.0]


def test_positions_fill_the_parameters_that_names_leave():
    recorder = Recorder()
    run("f(1, x=2, 3)", recorder)
    assert recorder.args() == {"x": 2.0, "y": 1.0, "z": 3.0}


def test_too_many_positions_are_refused():
    with pytest.raises(REvaluationError, match="PARAMS"):
        run("f(1, 2, 3, 4)")


def test_subset_is_applied_and_gone():
    recorder = Recorder()
    run("f(a, y=1:3, z=5, subset=g=='v', data=dat)", recorder)
    args = recorder.args()
    assert "subset" not in args
    assert args["x"].tolist() == [2.0]
    assert args["y"].tolist() == [2.0]
    assert args["z"] == 5.0
    assert args["data"]["d"].tolist() == [8.0]


def test_later_calls_find_names_in_the_data_of_the_fit():
    recorder = Recorder(fit=Result(values={"k": 3}))
    run("res <- fit(a, data=dat); again(res, y=d)", recorder)
    assert recorder.args()["y"].tolist() == [7, 8, 9]


def test_formula_arrives_with_text_and_data():
    recorder = Recorder()
    run("f(y=~ a + d, data=dat)", recorder)
    formula = recorder.args()["y"]
    assert isinstance(formula, Formula)
    assert formula.text == "~ a + d"
    assert formula.data is not None


def test_functions_arrive_callable_with_their_text():
    recorder = Recorder()
    run("f(x=exp, y=transf.ztor, z=function(t) dhalfnormal(t, scale=0.5))", recorder)
    args = recorder.args()
    assert args["x"](0.0) == 1.0
    assert args["y"] == Function("transf.ztor")
    assert args["z"].text == "function(t) dhalfnormal(t, scale=0.5)"
    assert args["z"](0.0) == pytest.approx(2 * np.sqrt(2 / np.pi), rel=1e-15)


def test_escalc_gives_a_frame_with_effects_and_measure():
    answer = Result(
        values={"yi": [1.0, 2.0, None], "vi": np.ones(3)}, attributes={"ni": np.arange(3.0)}
    )
    result = run("d <- escalc(measure='OR', data=dat); d[2:3,]", Recorder(escalc=answer))
    assert list(result) == ["a", "g", "d", "yi", "vi"]
    np.testing.assert_array_equal(result["yi"], [2.0, np.nan])
    assert result.attributes["measure"] == "OR"
    assert result.attributes["ni"].tolist() == [1.0, 2.0]


def test_assignment_changes_a_copy():
    data = frame()
    changed = run("dat$d[1:2] <- 0; dat$new <- 1; dat", dat=data)
    assert changed["d"].tolist() == [0, 0, 9]
    assert changed["new"].tolist() == [1, 1, 1]
    assert data["d"].tolist() == [7, 8, 9]
    assert "new" not in data


def test_results_are_lists():
    recorder = Recorder(fit=Result(values={"a": 1.0, "b": np.array([2.0]), "c": 3.0}))
    assert run("fit(1)$c", recorder) == 3.0
    assert list(run("fit(1)[c('b','a')]", recorder)) == ["b", "a"]
    assert run("lapply(list(u=fit(1)), function(v) v$a)", recorder) == {"u": 1.0}


def test_matrix_columns_by_name():
    matrix = Matrix(np.array([[1.0, 2.0], [3.0, 4.0]]), None, ["p", "q"])
    assert run("m[,'q']", m=matrix).tolist() == [2.0, 4.0]
    assert run("head(m, 1)", m=matrix).values.tolist() == [[1.0, 2.0]]
    assert run("colMeans(m)", m=matrix) == {"p": 2.0, "q": 3.0}


@pytest.mark.parametrize("text", ["nothing", "f(nothing, data=dat)", "dat$g[['x']]", "1()"])
def test_refuses_what_has_no_value(text):
    with pytest.raises(REvaluationError):
        run(text)
