"""How Sphinx builds these pages: ``make docs``."""

import os
import re
from pathlib import Path

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

import bige_osim

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"

project = "bige_osim"
author = "the bige_osim developers"
version = release = bige_osim.__version__
project_copyright = f"2026, {author}. Apache-2.0"

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx_click",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinxcontrib.bibtex",
]
exclude_patterns = ["_build", "jupyter_execute"]

# Markdown
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath", "fieldlist"]
myst_heading_anchors = 4
myst_dmath_double_inline = True

# Notebooks: run at every build that finds them changed, and stopped where they fail
nb_execution_mode = "cache"
nb_execution_cache_path = str(DOCS / "_build" / "notebooks")
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_execution_in_temp = True
nb_merge_streams = True
os.environ.pop("MPLBACKEND", None)  # of whoever builds; figures belong on the page

# Python
numpydoc_show_class_members = False
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # docstrings say shapes and units, which types do not
autodoc_default_options = {"members": True}

# Sources
bibtex_bibfiles = ["references.bib"]
bibtex_reference_style = "author_year"
bibtex_default_style = "alpha"

# Links
nitpicky = True
nitpick_ignore_regex = [
    # Docstrings refer to all of the program, these pages show the part that users call;
    # tests/test_docs.py checks that what docstrings refer to exists.
    ("py:.*", r"bige_osim\..*"),
    ("py:func", "read_table|root_wrench|write_ground_reaction"),
    # Libraries, whose inventories would have to be fetched.
    ("py:.*", r"(xarray|pandas|numpy|torch|pathlib)\..*"),
]
linkcheck_timeout = 20

# Pages
html_math_renderer = "mathml"
html_theme = "pydata_sphinx_theme"
html_title = "bige_osim"
html_static_path = ["_static"]
html_css_files = ["bige.css"]
html_show_sourcelink = False
html_theme_options = {
    "navigation_with_keys": False,
    "show_nav_level": 1,
    "show_toc_level": 2,
    "navbar_align": "left",
    "header_links_before_dropdown": 6,
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
}
html_sidebars = {"index": []}

PAGES = {
    "README.md": "index.md",
    "ARCHITECTURE.md": "architecture.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "examples": "examples.md",
    "examples/squats.ipynb": "examples.md",
    "osim_models": "model_families.md",
    "osim_models/README.md": "model_families.md",
    "pipelines": "pipelines.md",
    "src/bige_osim/nets/weights/generator.md": "card_generator.md",
    "src/bige_osim/nets/weights/surrogate.md": "card_surrogate.md",
    "pipelines/README.md": "pipelines.md",
}
"""Files and folders of the repository that have a page here."""

LINK = re.compile(r"(?<=\]\()(?!\w+:)([^)#\s]+)(#[\w-]+)?(?=\))")


def relink(text: str, folder: Path) -> str:
    """Point links of a file of the repository at pages and files as ``docs`` has them.

    Parameters
    ----------
    text : Markdown
    folder : in which its links start
    """

    def moved(link: re.Match[str]) -> str:
        target = (folder / link[1]).resolve()
        if not target.is_relative_to(ROOT):
            return link[0]
        name = target.relative_to(ROOT).as_posix()
        page = PAGES.get(name) or Path(os.path.relpath(target, DOCS)).as_posix()
        return page + (link[2] or "")

    return LINK.sub(moved, text)


def read_page(app: Sphinx, name: str, content: list[str]) -> None:
    """Relink a page as it is read."""
    content[0] = relink(content[0], DOCS)


def read_included(
    app: Sphinx, path: Path, parent: str, content: list[str]
) -> None:  # (Sphinx says which page includes it)
    """Relink a file that a page includes."""
    content[0] = relink(content[0], (DOCS / path).resolve().parent)


def write_inline(writer: HTML5Translator, node: nodes.Element) -> None:
    """Write a formula in a line as MathML, which needs neither network nor script."""
    writer.body.append(convert(node.astext()))
    raise nodes.SkipNode


def write_display(writer: HTML5Translator, node: nodes.Element) -> None:
    """Write a formula on a line of its own as MathML."""
    formula = convert(node.astext(), display="block")
    writer.body.append(f'<div class="formula">{formula}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Have links relinked, and formulas written as MathML."""
    app.add_html_math_renderer("mathml", (write_inline, None), (write_display, None))
    app.connect("source-read", read_page)
    app.connect("include-read", read_included)
