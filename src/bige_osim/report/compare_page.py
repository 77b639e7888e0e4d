"""The page of ``bige compare``: systems that make motions, beside the reference."""

from pathlib import PurePosixPath

from bige_osim.report.blocks import Image
from bige_osim.report.compare_content import ComparePage
from bige_osim.report.page import Facts, Note, Page, Section, Table
from bige_osim.report.sections.compared_statistics import (
    curves_section,
    differences_section,
    nearness_section,
)
from bige_osim.report.sections.compared_systems import make_headline, systems_section
from bige_osim.report.sections.provenance import HASH_LENGTH

FOOTER = (
    "Made by bige compare. Motions are those of models, and activations are simulated: "
    "they are not measured muscle activity. To be near the recorded motions is not to "
    "be good for a patient."
)


def make_compare_page(content: ComparePage) -> Page:
    """Make the page: who is nearest, all systems, statistics, curves, provenance."""
    sections = (
        systems_section(content),
        nearness_section(content),
        differences_section(content),
        curves_section(content),
        _figures_section(content),
        _provenance_section(content),
    )
    return Page(
        title="Systems that make motions, compared with recorded ones",
        headline=make_headline(content),
        sections=tuple(one for one in sections if one is not None),
        footer=FOOTER,
    )


def _figures_section(content: ComparePage) -> Section | None:
    images = tuple(Image(title, svg) for title, svg in content.figures.items())
    return Section("Figures", "figures", images) if images else None


def _provenance_section(content: ComparePage) -> Section:
    manifest = content.manifest
    inputs = manifest.get("inputs", ())
    seconds = sum(float(t) for t in manifest.get("timings", {}).values())
    facts = Facts(
        (
            ("held-out participants", ", ".join(content.held_out)),
            ("seed", str(manifest.get("seed"))),
            ("time", f"{seconds:.0f} s"),
            *((key, _tell(value)) for key, value in manifest.get("config", {}).items()),
            *manifest.get("versions", {}).items(),
        )
    )
    files = Table(
        ("file", "SHA-256, first characters"),
        tuple(
            (PurePosixPath(str(one["file"])).name, str(one["sha256"])[:HASH_LENGTH])
            for one in inputs
        ),
        f"Input files ({len(inputs)})",
    )
    notes = dict.fromkeys((*content.notes, *manifest.get("warnings", ())))
    return Section("Provenance", "provenance", (facts, *map(Note, notes), files))


def _tell(value: object) -> str:
    """Write a setting, tables of tables included, in a line."""
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_tell(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_tell, value))
    return str(value)
