"""One word per thing: the words of docs/glossary.md, and none that they replaced."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
PAGES = [
    *(ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")),
    *(ROOT / "docs").glob("*.md"),
    *(ROOT / "osim_models").rglob("*.md"),
    *(ROOT / "pipelines").glob("*.md"),
]

NAMES = {
    "screws": "jacobian",
    "twists": "jacobian",
    "share_loads": "solve_qp",
    "prices": "multipliers",
    "wishes": "target",
    "wished": "q_target",
    "toll": "multipliers",
    "gears": "coupler_gradients",
    "ease": "compliance",
    "is_turned": "is_rotational",
    "unturned_names": "not_in_degrees",
}
"""Identifiers that were replaced, and by what."""

PHRASES = {
    r"not explained by the ground": "pelvis residuals",
    r"would have to (push|press) beyond": (
        "centre of pressure outside the base of support"
    ),
    r"something else (may|seems to) carr": "missing external force",
    r"\bpeople\b": "participants",
    r"\bpersons?\b": "participant",
    r"kept from the nets": "held-out",
    r"\bfully active\b": "saturated",
    r"\bbody's cent(re|er)\b": "centre of mass",
    r"\bdifferences? between the legs\b": "inter-limb asymmetry",
    r"\bright foot's share\b": "limb load share",
    r"\btoes outwards\b": "toe-out angle",
    r"\b(stated error|stated uncertainty|doubts?)\b": "predicted standard deviation",
    r"\b(may leave its range untold|is told of|are told of)\b": "is reported",
    r"\bevery so maniet": "every nth",
    r"\btrained to make small\b": "losses",
    r"\bBehind is meant\b": "a plain sentence",
    r"\bhow easily each bears\b": "compliance",
}
"""What prose said, and what it says."""

PARTICIPLES = re.compile(
    r"_?(opened|told|named|judged|found|made|held|kept|seen|taken|drawn|written|said"
    r"|started|requested|listed|counted|solved|loaded|changed|copied|turned|joined"
    r"|rejected|failed|shown|known|wished|carried|added|checked|moved|scaled)"
)

CODE = re.compile(
    r"``.*?``|`[^`]*`|-o \w+|\{[^{}]*\}|--[\w-]+|\S*[/_.=]\w\S*|[\"'<]\w+[\"'>]"
)
"""What prose quotes: names of files and of data keep the words of their formats."""


def prose_of(path: Path) -> Iterator[tuple[int, str]]:
    """Lines of prose: of pages, and docstrings, comments and messages of modules."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        fenced = re.sub(
            r"```.*?```", lambda m: "\n" * m[0].count("\n"), text, flags=re.S
        )
        yield from enumerate(fenced.splitlines(), 1)
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        message = token.type == tokenize.STRING and re.search(r"\w \w", token.string)
        if token.type == tokenize.COMMENT or message:
            for number, line in enumerate(token.string.splitlines(), token.start[0]):
                example = line.lstrip().startswith((">>>", "..."))
                parameter = re.match(r"\s*[\w*, ]+ : ", line)
                if not example:
                    yield number, line[parameter.end() :] if parameter else line


def test_prose_uses_the_words_of_the_field() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{number}: {found[0]!r}, say {better!r}"
        for path in (*SOURCES, *PAGES)
        for number, line in prose_of(path)
        for phrase, better in PHRASES.items()
        if (found := re.search(phrase, CODE.sub(" ", line)))
    ]
    assert not wrong, "\n".join(wrong)


def test_a_retired_word_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("Ten people, `people` of them.\n```\npeople\n```\n")
    text = CODE.sub(" ", "\n".join(line for _, line in prose_of(page)))
    assert re.findall(r"\bpeople\b", text) == ["people"]


def test_identifiers_use_the_words_of_the_field() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{token.start[0]}: {token.string}, "
        f"say {NAMES[token.string]}"
        for path in SOURCES
        for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline)
        if token.type == tokenize.NAME and token.string in NAMES
    ]
    assert not wrong, "\n".join(wrong)


def test_functions_are_named_by_verbs() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.name}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and PARTICIPLES.fullmatch(node.name)
        and not any("property" in ast.unparse(d) for d in node.decorator_list)
    ]
    assert not wrong, "\n".join(wrong)
