"""The viewer as one HTML page that needs nothing beside it."""

import json
from collections.abc import Sequence
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bige_osim.report.viewer.scene import Layout, make_scene
from bige_osim.report.viewer.shown_motion import ShownMotion

PLAYER = "report/viewer/player"
"""Folder, in the package, of what the page is made of."""

SCRIPTS = ("three.min.js", "read.js", "muscles.js", "body.js", "stage.js", "player.js")
"""In the order in which they need each other."""


def make_page(
    motions: Sequence[ShownMotion], *, title: str, layout: Layout = "beside"
) -> str:
    """Make the page of some motions.

    Parameters
    ----------
    motions : at least one
    title : of the page
    layout : ``beside`` each other or ``over`` each other at first
    """
    scene = {"title": title, **make_scene(motions, layout=layout)}
    text = json.dumps(scene, ensure_ascii=False, allow_nan=False)
    folder = files("bige_osim").joinpath(PLAYER)
    parts = [folder.joinpath(name).read_text(encoding="utf-8") for name in SCRIPTS]
    environment = Environment(
        loader=PackageLoader("bige_osim", PLAYER),
        undefined=StrictUndefined,
        autoescape=True,
    )
    return environment.get_template("page.html").render(
        title=title,
        style=Markup(folder.joinpath("style.css").read_text(encoding="utf-8")),
        licence=Markup(folder.joinpath("three.LICENSE").read_text(encoding="utf-8")),
        scripts=[Markup(part) for part in parts],
        # what could end the script element is written otherwise
        scene=Markup(text.replace("<", "\\u003c")),
    )
