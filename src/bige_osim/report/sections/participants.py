"""The section on the participants and recordings that the nets learned from."""

from bige_osim.report.formatting import MISSING, format_fixed
from bige_osim.report.page import Block, Note, Section, Table, make_table
from bige_osim.report.results import Output, Results

SYNTHETIC = "synthetic"
"""Source of repetitions that the program made."""


def participants_section(results: Results) -> Section:
    """Show who moved, how many repetitions were found, and what was solved.

    Examples
    --------
    >>> from pathlib import Path
    >>> participants_section(Results(Path("demo"), {})).blocks[0].text
    'No recordings were collected or solved in this folder.'
    """
    blocks: list[Block] = []
    datasets = _whole(results)
    for output in datasets:
        if output.content.get("people"):
            name = f" ({results.name(output.path)})" if len(datasets) > 1 else ""
            blocks.append(_participants(output, name))
        blocks += [
            Note(f"Left out: {one['source']}. {one['reason']}")
            for one in output.content.get("failed", ())
        ]
    for output in results.all("solve"):
        blocks.append(_solved_table(output, results))
    if not blocks:
        blocks.append(Note("No recordings were collected or solved in this folder."))
    return Section("Participants and recordings", "people", tuple(blocks))


def are_all_synthetic(results: Results) -> bool:
    """Say whether every participant whose repetitions were collected is made up.

    Examples
    --------
    >>> from pathlib import Path
    >>> are_all_synthetic(Results(Path("demo"), {}))  # nobody was collected
    False
    """
    people = [
        person
        for output in results.all("collect")
        for person in output.content.get("people", {}).values()
    ]
    return bool(people) and all(person["source"] == SYNTHETIC for person in people)


def _whole(results: Results) -> tuple[Output, ...]:
    """Datasets, but not the parts in folders below from which one was joined."""
    found = results.all("collect")
    least = min((len(output.path.parts) for output in found), default=0)
    return tuple(output for output in found if len(output.path.parts) == least)


def _participants(output: Output, name: str) -> Table:
    lines = []
    for who, person in output.content["people"].items():
        own = [trial for trial in output.content["trials"] if trial["person"] == who]
        found = [r["depth_deg"] for trial in own for r in trial["repetitions"]]
        ends = (format_fixed(depth(found), 0) for depth in (min, max) if found)
        lines.append(
            {
                "person": str(who),
                "stature (m)": format_fixed(person["height_m"], 2),
                "mass (kg)": format_fixed(person["mass_kg"], 1),
                "source": str(person["source"]),
                "repetitions": str(len(found)),
                "knee flexion reached (deg)": " to ".join(ends) or MISSING,
                "candidates rejected": str(sum(len(t["rejected"]) for t in own)),
            }
        )
    caption = f"Participants whose repetitions were collected{name}"
    return make_table(lines, caption, texts=("source",))


def _solved_table(output: Output, results: Results) -> Table:
    lines = (
        {
            "trial": str(row["trial"]),
            "result": str(row.get("error") or row.get("text", "solved")),
        }
        for row in output.content["trials"]
    )
    caption = f"Trials that were solved ({results.name(output.path)})"
    return make_table(lines, caption, texts=("result",))
