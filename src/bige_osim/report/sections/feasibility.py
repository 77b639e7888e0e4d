"""What a folder of guided motions says of the search, and of the reach of its goal."""

from bige_osim.errors import count_nouns
from bige_osim.guidance.term import describe_range
from bige_osim.report.formatting import format_fixed
from bige_osim.report.page import Block, Facts, Paragraph, Table
from bige_osim.report.results import Json


def make_feasibility(guided: Json) -> list[Block]:
    """Show what was asked, drawn, refined and delivered, and how the goal looked.

    Parameters
    ----------
    guided : content of ``guide.json``

    Examples
    --------
    >>> make_feasibility({"motions": []})
    []
    """
    entries = list(_count(guided))
    blocks: list[Block] = [Facts(tuple(entries))] if entries else []
    seen = guided.get("feasibility")
    if seen is None:
        return blocks
    blocks.append(Paragraph(" ".join(seen["sentences"])))
    if seen["muscles"]:
        blocks.append(_list_muscles(seen))
    return blocks


def _count(guided: Json) -> list[tuple[str, str]]:
    delivered = len(guided["motions"])
    if "asked" in guided:
        return [
            ("delivered", f"{delivered} of {count_nouns(guided['asked'], 'motion')}"),
            (
                "drawn by the generator",
                f"{count_nouns(guided['drawn'], 'repetition')}, of which "
                f"{guided['satisfied_when_drawn']} satisfied the goal as they were",
            ),
            ("refined", count_nouns(guided["refined"], "repetition")),
        ]
    if "from" in guided:
        total = delivered + len(guided["failed"])
        return [
            ("starts from", str(guided["from"]["trial"])),
            ("delivered", f"{delivered} of {count_nouns(total, 'repetition')}"),
        ]
    return []


def _list_muscles(seen: Json) -> Table:
    """List what each muscle of the goal comes to in what was drawn, by depth."""
    rows = []
    for one in seen["muscles"]:
        groups = [
            f"{format_fixed(group['least'], 2)} to {format_fixed(group['most'], 2)} up "
            f"to {format_fixed(group['knees_deg'], 0)} deg"
            for group in one["by_depth"]
        ]
        low, high = one["low"] or None, one["high"] if one["high"] < 1 else None
        rows.append(
            (
                str(one["name"]),
                f"{one['statistic']} {describe_range(low, high)}",
                f"{format_fixed(one['least'], 2)} to {format_fixed(one['most'], 2)}",
                f"{one['within']} of {seen['repetitions']}",
                "; ".join(groups),
            )
        )
    return Table(
        headings=(
            "muscle",
            "asked",
            "activation when drawn (0 to 1)",
            "repetitions in the range",
            "by knee flexion",
        ),
        rows=tuple(rows),
        caption="Muscles of the goal in the repetitions drawn, before refinement",
        folded=True,
    )
