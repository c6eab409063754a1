"""Files of other programs, pooled from the file itself, against the results that they print."""

from __future__ import annotations

import math

import pytest

from remit.workbench.pool_file import pool_file, pooling_spec

# RevMan 5 data export of the two examples of Fleiss 1993 (Stat Methods Med Res 2:121), the
# columns that hold data; the results of the headings are RevMan's own.
REVMAN = """\
Comparison Number,Outcome Number,Subgroup Number,Name,Data Type,Statistical Method,Effect Measure,\
Analysis Model,Events 1,Mean 1,SD 1,Total 1,Events 2,Mean 2,SD 2,Total 2,Q,Group Label 1,\
Group Label 2
1,0,0,Examples from Fleiss (1993),,,,,,,,,,,,,,,
1,1,0,Aspirin,DIC,MH,OR,Fixed,2128,,,14186,2286,,,13817,9.94605598,Aspirin,Control
1,1,0,MRC-1,,,,,49,0,0,615,67,0,0,624,,,
1,1,0,CDP,,,,,44,0,0,758,64,0,0,771,,,
1,1,0,MRC-2,,,,,102,0,0,832,126,0,0,850,,,
1,1,0,GASP,,,,,32,0,0,317,38,0,0,309,,,
1,1,0,PARIS,,,,,85,0,0,810,52,0,0,406,,,
1,1,0,AMIS,,,,,246,0,0,2267,219,0,0,2257,,,
1,1,0,ISIS-2,,,,,1570,0,0,8587,1720,0,0,8600,,,
1,2,0,Mental health treatment,CON,IV,MD,Fixed,0,,,106,0,,,126,5.66012379,Treatment,Control
1,2,0,Davis,,,,,0,5,4.7,13,0,6.5,3.8,13,,,
1,2,0,Florell,,,,,0,4.9,1.71,30,0,6.1,2.3,50,,,
1,2,0,Gruen,,,,,0,22.5,3.44,35,0,24.9,10.65,35,,,
1,2,0,Hart,,,,,0,12.5,1.47,20,0,12.3,1.66,20,,,
1,2,0,Wilson,,,,,0,6.5,0.76,8,0,7.38,1.41,8,,,
"""
# Colditz et al. 1994, JAMA 271:698
BCG = """\
trial,author,year,tpos,tneg,cpos,cneg
1,Aronson,1948,4,119,11,128
2,Ferguson & Simes,1949,6,300,29,274
3,Rosenthal et al,1960,3,228,11,209
4,Hart & Sutherland,1977,62,13536,248,12619
5,Frimodt-Moller et al,1973,33,5036,47,5761
6,Stein & Aronson,1953,180,1361,372,1079
7,Vandiviere et al,1973,8,2537,10,619
8,TPT Madras,1980,505,87886,499,87892
9,Coetzee & Berjak,1968,29,7470,45,7232
10,Rosenthal et al,1961,17,1699,65,1600
11,Comstock et al,1974,186,50448,141,27197
12,Comstock & Webster,1969,5,2493,3,2338
13,Comstock et al,1976,27,16886,29,17825
"""
# RevMan prints eight decimals: half a unit of the last
PRINTED_8 = 5e-9
# metafor's values are printed with five decimals: half a unit of the last
PRINTED_5 = 5e-6


@pytest.fixture
def saved(tmp_path):
    """Save a text and return its path."""

    def save(text: str):
        path = tmp_path / "file.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return save


def test_revman_odds_ratio_by_mantel_haenszel(saved):
    made = pool_file(saved(REVMAN), pooling_spec(), outcome="1.1")
    effect, q = made.summed.effect, made.summed.heterogeneity
    numbers = [math.exp(x) for x in (effect.value, effect.interval.low, effect.interval.high)]
    # RevMan prints 0.8405144 with seven decimals
    assert numbers == pytest.approx([0.89686556, 0.8405144, 0.95699471], abs=5e-8)
    assert q.statistic == pytest.approx(9.94605598, abs=PRINTED_8)
    assert made.result.measure == "OR"
    assert made.arms == ("Aspirin", "Control")


def test_revman_mean_difference(saved):
    made = pool_file(saved(REVMAN), pooling_spec(), outcome="Mental health treatment")
    common = made.result.common_effect
    numbers = (common.value, common.interval.low, common.interval.high)
    wanted = (-0.70938839, -1.25848502, -0.16029176)
    assert numbers == pytest.approx(wanted, abs=PRINTED_8)
    assert made.result.cochran_q == pytest.approx(5.66012379, abs=PRINTED_8)
    assert [row.label for row in made.result.rows][:2] == ["Davis", "Florell"]


def test_bcg_as_metafor_pools_it(saved):
    spec = pooling_spec(name="metafor")
    made = pool_file(saved(BCG), spec, name="metafor")
    result = made.result
    assert (result.measure, result.k, result.rows[0].label) == ("RR", 13, "Aronson 1948")
    assert result.effect == pytest.approx(-0.71453, abs=PRINTED_5)
    assert result.std_error == pytest.approx(0.17978, abs=PRINTED_5)
    assert result.tau2.tau2 == pytest.approx(0.31324, abs=PRINTED_5)
    assert result.i2 == pytest.approx(92.22, abs=0.005)  # printed with two decimals
    ends = (result.prediction.low, result.prediction.high)
    assert ends == pytest.approx((-1.86669, 0.43763), abs=PRINTED_5)


@pytest.mark.parametrize(("tau2", "value"), [("DL", 0.30876), ("EB", 0.31807), ("SJ", 0.34552)])
def test_bcg_by_other_estimators(saved, tau2, value):
    result = pool_file(saved(BCG), pooling_spec(tau2=tau2)).result
    assert result.tau2.tau2 == pytest.approx(value, abs=PRINTED_5)
