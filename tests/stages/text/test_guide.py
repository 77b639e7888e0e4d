"""What ``guide`` says of its motions: what is printed is what was judged."""

from pathlib import Path
from typing import Any

from bige_osim.stages.text.guide import text_of

VASTI = ["vasint_r", "vaslat_r", "vasmed_r"]


def term(after: float, *, holds: bool, over: str) -> dict[str, Any]:
    asked = {"muscles": VASTI, "low": 0.35, "high": 0.45, "over": over}
    asked |= {"statistic": "peak", "surrogate": [0.2, 0.4, 0.62]}
    return {
        "name": "activation",
        "unit": "activation",
        "before": 0.7,
        "after": after,
        "holds": holds,
        "range": asked,
    }


def motion(*terms: dict[str, Any]) -> dict[str, Any]:
    other = {"name": "asymmetry", "unit": "deg", "before": 4.0, "after": 1.25}
    other |= {"holds": None, "range": None}
    held = all(one["holds"] for one in terms)
    return {"file": "01.mot", "duration": 2.5, "holds": held, "terms": [other, *terms]}


def lines(*motions: dict[str, Any], verbose: bool = False) -> list[str]:
    summary = {"motions": list(motions), "manifest": {"warnings": []}}
    return text_of(summary, Path("out"), verbose=verbose).splitlines()


def test_the_value_printed_is_the_one_judged_and_says_whose_it_is() -> None:
    found = lines(
        motion(term(0.62, holds=False, over="each")),
        motion(term(0.407, holds=True, over="mean")),
    )
    assert found == [
        "Found 2 motions; in 1 every constraint is satisfied, as the surrogate "
        "predicts. Run `bige validate` to see whether it is in simulation.",
        "Written to out.",
        "  01.mot  2.50 s  activation 0.62 (vasmed_r; 1 of 3 in range) not satisfied, "
        "asymmetry 1.25 deg",
        "  01.mot  2.50 s  activation 0.407 (mean of 3 muscles) satisfied, "
        "asymmetry 1.25 deg",
        "All terms before and after: -v, or guide.json.",
    ]


def test_many_motions_are_a_few_lines_unless_all_are_asked_for() -> None:
    many = [motion(term(0.4, holds=True, over="max")) for _ in range(100)]
    assert len(lines(*many)) == 9
    assert lines(*many)[-1] == (
        "94 more motions and all terms before and after: -v, or guide.json."
    )
    assert len(lines(*many, verbose=True)) == 102
    assert "asymmetry 4 to 1.25 deg" in lines(*many, verbose=True)[2]
