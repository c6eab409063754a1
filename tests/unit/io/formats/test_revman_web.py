"""RevMan Web's data package, and the study tables that Covidence writes for it."""

from __future__ import annotations

from remit.io.formats.read_imported import read_imported, read_imported_tables
from remit.io.text_tables import parse_table

SETTINGS = (
    "Analysis group,Analysis number,Analysis name,Analysis group name,Data type,Effect measure,"
    "Statistical method,Analysis model,Heterogeneity estimator,CI method,Experimental group label,"
    "Control group label,CI/PI level,Mean,CI start,CI end,Heterogeneity Tau²,Heterogeneity I²\n"
    "1,1,pain <50 mm,Aspirin,Dichotomous,Risk Ratio,Mantel-Haenszel,Random effects,"
    "Restricted Maximum-Likelihood,HKSJ,Aspirin,Placebo,95%,0.5,0.2,1.1,0.1,40%\n"
    "1,2,death,Aspirin,Contrast level,Hazard Ratio,Inverse variance,Fixed effect,,,Aspirin,"
    "Placebo,95%,0.6,0.4,0.9,,\n"
)
ROWS = (
    "Analysis group,Analysis number,Analysis name,Subgroup,Study,Study year,GIV Mean,GIV SE,"
    "Experimental mean,Experimental SD,Experimental cases,Experimental N,Control mean,Control SD,"
    "Control cases,Control N,O-E,Variance,Weight,Mean,CI start,CI end,Footnotes\n"
    "1,1,pain <50 mm,Adults,Smith 2010,2010,,,,,2,10,,,4,10,,,60,0.5,0.1,2,see text\n"
    "1,1,pain <50 mm,Children,Lee 2011,2011,,,,,1,10,,,3,10,,,40,0.3,0.1,3,\n"
    "1,2,death,,Smith 2010,2010,-0.5,0.2,,,,10,,,,10,,,100,0.6065,0.41,0.9,\n"
)
BIAS = (
    "Study,Domain (judgement): Blinding,Domain (support): Blinding\n"
    "Smith 2010,Low risk,masked\nNew 2012,High risk,\n"
)


def table(text: str, file: str):
    return parse_table(text, file)


def test_a_package_with_its_risk_of_bias():
    made = read_imported_tables(
        [table(ROWS, "x-data-rows.csv"), table(SETTINGS, "x-overall.csv"), table(BIAS, "rob.csv")],
        "x",
    )
    assert [s.label for s in made.studies] == ["Smith 2010", "Lee 2011", "New 2012"]
    outcome = made.outcomes[0]
    assert (outcome.measure, outcome.method, outcome.model) == ("RR", "MH", "random")
    assert (outcome.tau2, outcome.interval, outcome.one) == ("REML", "HKSJ", "Aspirin")
    assert [a.values["events"].text for a in made.arms] == ["2", "4", "1", "3"]
    assert (made.contrasts[0].scale, made.contrasts[0].values["effect"].text) == ("log", "-0.5")
    pooled = [r for r in made.results if not r.study]
    assert pooled[0].values["i2"].text == "40"
    assert [(j.study, j.judgement, j.support) for j in made.judgements] == [
        ("Smith 2010", "low", "masked"), ("New 2012", "high", ""),
    ]  # fmt: skip
    assert made.unread[0].text == "see text"


def test_rows_alone_say_what_is_missing(tmp_path):
    path = tmp_path / "data-rows.csv"
    path.write_text(ROWS, encoding="utf-8")
    made = read_imported(path)
    assert [o.kind for o in made.outcomes] == ["events", "effects"]
    assert made.arms[0].treatment == "Experimental"
    assert any("settings was not given" in words for words in made.told)


def test_the_study_tables_of_a_folder(tmp_path):
    files = {
        "information.csv": "Study,Year,Char: Methods,Char: Participants\nA 2001,2001,RCT,60 men",
        "arms.csv": "Study,Arm,Description,Intervention\nA 2001,A1,oral,Drug\nA 2001,A2,,Placebo\n",
        "results.csv": (
            "Study,Outcome,Data type,Effect measure,Arm,Reference arm,Sample size,Cases,Mean,SD,SE,"
            "P value\n"
            "A 2001,pain,Continuous,,A1,,30,,3.1,1.2,,0.04\n"
            "A 2001,pain,Continuous,,A2,,29,,4,1.5,,\n"
            "A 2001,relief,Dichotomous,,A1,,30,12,,,,\nA 2001,relief,Dichotomous,,A2,,29,7,,,,\n"
            "A 2001,death,Contrast level,Hazard Ratio,A1,A2,,,-0.2,,0.1,\n"
        ),
        "bias.csv": BIAS,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    made = read_imported(tmp_path)
    assert made.format == "study-tables"
    study = made.studies[0]
    assert (study.label, study.year, study.facts["Participants"].text) == (
        "A 2001", "2001", "60 men",
    )  # fmt: skip
    assert [(a.treatment, a.outcome) for a in made.arms] == [
        ("Drug", "1"), ("Placebo", "1"), ("Drug", "2"), ("Placebo", "2"),
    ]  # fmt: skip
    assert [(o.name, o.kind) for o in made.outcomes] == [
        ("pain", "means"), ("relief", "events"), ("death", "effects"),
    ]  # fmt: skip
    contrast = made.contrasts[0]
    assert (contrast.one, contrast.two, contrast.scale) == ("Drug", "Placebo", "log")
    assert (made.unread[0].text, made.unread[0].place.column) == ("0.04", "P value")
