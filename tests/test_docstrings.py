"""Every public name says what it is: units, errors, and parameters that exist.

Shapes stand in the annotations, where jaxtyping checks them; that examples run is
checked by pytest, which collects the doctests of ``src``.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src"
TREES = {p: ast.parse(p.read_text("utf-8")) for p in sorted(SOURCE.rglob("*.py"))}
BASES = {
    node.name: node
    for tree in TREES.values()
    for node in ast.walk(tree)
    if isinstance(node, ast.ClassDef)
}

UNIT = re.compile(
    r"(?<![\w'’.-])(rad|m[²³]?|mm|s|N|N/m|kg|Hz|1/\w+|rad/s²?|m/s²?|seconds?|metres?"
    r"|deg(rees)?|SI|0 (to|or) 1|units?|standardised|logits?)(?!\w)|[°%]"
    r"|\b(rotation|direction|activation|latent|cost|ratio|fraction|share|factor|weight)s?\b"
    r"|:(class|func|meth):`"
)
"""A unit, a quantity that has none, or where to read of it."""

SHAPE = re.compile(r"\((?=[A-Z\d.*]|\w,\))[^()]*,[^()]*\)")
ARRAY = re.compile(r"\bFloat\[|^float\b")
BARE = re.compile(r"(?<!\[)\b(np\.ndarray|torch\.Tensor|Tensor)\b(?!, ')")

Definition = ast.FunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Public:
    """A public definition, the class it stands in, and where it is."""

    node: Definition
    owner: ast.ClassDef | None
    place: str

    @property
    def doc(self) -> str:
        return ast.get_docstring(self.node) or ""

    @property
    def prose(self) -> str:
        """The docstring without its examples."""
        return re.split(r"\n(?:Examples|References)\n-+\n", self.doc)[0]

    @property
    def overrides(self) -> bool:
        """Whether a base class documents the method."""
        return self.owner is not None and any(
            isinstance(node, ast.FunctionDef) and node.name == self.node.name
            for base in ancestors(self.owner)
            for node in base.body
        )

    @property
    def annotations(self) -> dict[str, str]:
        """Parameters or fields, and ``return``: what they are annotated as."""
        if isinstance(self.node, ast.ClassDef):
            fields = [n for n in self.node.body if isinstance(n, ast.AnnAssign)]
            given = {ast.unparse(n.target): n.annotation for n in fields}
        else:
            listed = self.node.args
            every = [*listed.posonlyargs, *listed.args, *listed.kwonlyargs]
            every += filter(None, [listed.vararg, listed.kwarg])
            given = {a.arg: a.annotation for a in every}
            given["return"] = self.node.returns
        return {k: ast.unparse(v) if v else "" for k, v in given.items()}

    def entries(self, *sections: str) -> dict[str, str]:
        """Names in numpy sections, and what is said of each."""
        found = {}
        for title, body in re.findall(r"(?ms)^(\w+)\n-+\n(.*?)(?=^\w+\n--|\Z)", self.prose):
            if title in sections:
                for names, text in re.findall(r"(?ms)^(\S[^:\n]*?) : (.*?)(?=^\S|\Z)", body):
                    found |= dict.fromkeys(re.split(r",\s*", names), text)
        return found


def ancestors(cls: ast.ClassDef) -> Iterator[ast.ClassDef]:
    for base in cls.bases:
        name = ast.unparse(base).split("[")[0].split(".")[-1]
        if name in BASES:
            yield BASES[name]
            yield from ancestors(BASES[name])


def definitions(path: Path) -> Iterator[Public]:
    def visit(body: list[ast.stmt], owner: ast.ClassDef | None) -> Iterator[Public]:
        for node in body:
            if isinstance(node, Definition) and not node.name.startswith("_"):
                name = f"{owner.name}.{node.name}" if owner else node.name
                where = f"{path.relative_to(SOURCE)}:{node.lineno}: {name}"
                yield Public(node, owner, where)
                if isinstance(node, ast.ClassDef):
                    yield from visit(node.body, node)

    yield from visit(TREES[path].body, None)


PUBLIC = [public for path in TREES for public in definitions(path)]


def named_error(call: ast.Call, tree: ast.Module) -> str:
    """Name the class of an error that is called, or that a function returns."""
    name = ast.unparse(call.func).split(".")[-1]
    for node in FUNCTIONS:
        if node.name == name and node.returns:
            return ast.unparse(node.returns).strip("\"'")
    return name


def raised(node: ast.AST) -> Iterator[str]:
    """Classes of errors that a body makes and raises, outside nested functions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Raise) and isinstance(child.exc, ast.Call):
            yield ast.unparse(child.exc.func)
        if not isinstance(child, ast.FunctionDef | ast.ClassDef | ast.Lambda):
            yield from raised(child)


def without_docstring() -> Iterator[str]:
    yield from (f"{p}: no docstring" for p, t in TREES.items() if not ast.get_docstring(t))
    yield from (f"{p.place}: no docstring" for p in PUBLIC if not p.doc)


def without_unit() -> Iterator[str]:
    for public in PUBLIC:
        said = public.entries("Parameters", "Attributes", "Returns", "Yields")
        for name, annotation in public.annotations.items():
            if BARE.search(annotation):
                yield f"{public.place}: {name} is an array without a shape"
            text = said.get(name, public.prose)
            missing = not UNIT.search(SHAPE.sub("", text))
            if ARRAY.search(annotation) and missing and not public.overrides:
                yield f"{public.place}: no unit of {name}"


def without_error() -> Iterator[str]:
    for public in PUBLIC:
        node = public.node
        bodies = [node] if isinstance(node, ast.FunctionDef) else [
            n for n in node.body
            if isinstance(n, ast.FunctionDef) and n.name in ("__init__", "__post_init__")
        ]
        for error in {e for body in bodies for e in raised(body)}:
            if error not in public.prose and not public.overrides:
                yield f"{public.place}: does not say that it raises {error}"


def with_unknown_parameter() -> Iterator[str]:
    for public in PUBLIC:
        if isinstance(public.node, ast.FunctionDef):
            known = public.annotations
            for name in public.entries("Parameters"):
                if name.lstrip("*") not in known:
                    yield f"{public.place}: has no parameter {name}"


@pytest.mark.parametrize(
    "findings",
    [without_docstring, without_unit, without_error, with_unknown_parameter],
)
def test_docstrings(findings) -> None:  # type: ignore[no-untyped-def]
    wrong = list(findings())
    assert not wrong, "\n".join(wrong)
