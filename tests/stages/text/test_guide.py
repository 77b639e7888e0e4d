"""What ``guide`` says of its motions: what is printed is what was judged."""

from pathlib import Path
from typing import Any

from bige_osim.stages.text.guide import text_of


def term(after: float) -> dict[str, Any]:
    return {
        "name": "activation",
        "unit": "activation",
        "before": 0.7,
        "after": after,
        "holds": True,
        "margin": 0.02,
    }


def motion(*terms: dict[str, Any]) -> dict[str, Any]:
    other = {"name": "asymmetry", "unit": "deg", "before": 4.0, "after": 1.25}
    other |= {"holds": None, "margin": None}
    return {
        "file": "01.mot",
        "duration": 2.5,
        "change_deg": {"legs": 3.0, "all": 2.25},
        "terms": [other, *terms],
    }


def lines(*motions: dict[str, Any], asked: int = 2, verbose: bool = False) -> list[str]:
    summary = {
        "asked": asked,
        "drawn": 64,
        "satisfied_when_drawn": 3,
        "refined": 5,
        "motions": list(motions),
        "failed": [],
        "manifest": {"warnings": []},
    }
    return text_of(summary, Path("out"), verbose=verbose).splitlines()


def test_delivered_motions_have_a_line_with_what_was_judged() -> None:
    assert lines(motion(term(0.43)), motion(term(0.407))) == [
        "2 of 2 motions delivered: every constraint is satisfied, and they pass when "
        "they are simulated again.",
        "Of 64 repetitions drawn 3 satisfied the goal as they were; 5 were refined.",
        "Written to out.",
        "  01.mot  2.50 s  changed by 2.2°  activation 0.7 to 0.43 satisfied "
        "(margin 0.02)",
        "  01.mot  2.50 s  changed by 2.2°  activation 0.7 to 0.407 satisfied "
        "(margin 0.02)",
        "All terms before and after: -v, or guide.json.",
    ]


def test_nothing_delivered_claims_nothing() -> None:
    assert lines() == [
        "0 of 2 motions delivered.",
        "Of 64 repetitions drawn 3 satisfied the goal as they were; 5 were refined.",
        "Why they do not pass: guide.json in out.",
    ]


def test_many_motions_are_a_few_lines_unless_all_are_asked_for() -> None:
    many = [motion(term(0.4))] * 100
    assert len(lines(*many, asked=100)) == 10
    assert lines(*many, asked=100)[-1] == (
        "94 more motions and all terms before and after: -v, or guide.json."
    )
    verbose = lines(*many, asked=100, verbose=True)
    assert len(verbose) == 103
    assert "asymmetry 4 to 1.25 deg" in verbose[3]
