"""Public docstrings name units and errors, and no parameter that does not exist.

Shapes stand in the annotations; examples run with the tests.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

SOURCE = Path(__file__).resolve().parents[1] / "src"
TREES = {
    str(path.relative_to(SOURCE)): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(SOURCE.rglob("*.py"))
}
NODES = [node for tree in TREES.values() for node in ast.walk(tree)]
CLASSES = {node.name: node for node in NODES if isinstance(node, ast.ClassDef)}
FUNCTIONS = {node.name: node for node in NODES if isinstance(node, ast.FunctionDef)}

UNITS = (
    r"rad|deg|degrees?|m[²³]?|metres?|mm|cm|m?s|seconds?|N|kg|Hz|1/s|rad/s²?|m/s²?|N/m"
    r"|SI|SDs?|leg lengths|inches|logits|standardised|0 (?:to|or) 1|units?"
)
PURE = "activation|cost|direction|factor|fraction|latent|ratio|rotation|share|weight"
UNIT = re.compile(
    rf"(?<![\w'.-])(?:{UNITS})(?!\w)|(?i:\b(?:{PURE})s?\b)|[°%]|:(?:class|func|meth):"
)
"""A unit, a quantity that has none, or where to read of it."""

SHAPE = re.compile(r"\((?=[A-Z\d.]|\w,\))[^()]*,[^()]*\)")
QUANTITY = re.compile(r"\bFloat\[|^(float|Number|Angle)\b")
SHAPELESS = re.compile(r"^(tuple\[.*)?(np\.ndarray|torch\.Tensor)\b(?!, ')")


class Public(NamedTuple):
    """A public function, method or class, and the class that it stands in."""

    place: str
    node: ast.FunctionDef | ast.ClassDef
    owner: ast.ClassDef | None

    def docstring(self) -> str:
        """What it says, without examples; a class says what its bases say too."""
        nodes = [self.node, *bases(self.node)]
        said = [ast.get_docstring(node) or "" for node in nodes]
        return "\n\n".join(re.split(r"\nExamples\n-+\n", text)[0] for text in said)

    def annotations(self) -> dict[str, str]:
        """Parameters and ``return``, or fields of a class, and their types."""
        if isinstance(self.node, ast.ClassDef):
            fields = [n for n in self.node.body if isinstance(n, ast.AnnAssign)]
            return {ast.unparse(n.target): ast.unparse(n.annotation) for n in fields}
        known = [n for n in ast.walk(self.node.args) if isinstance(n, ast.arg)]
        types = {n.arg: n.annotation for n in known} | {"return": self.node.returns}
        return {name: ast.unparse(kind) if kind else "" for name, kind in types.items()}

    def entries(self, *sections: str) -> dict[str, str]:
        """Names in sections of the docstring, and what is said of each."""
        parts = re.split(r"^(\w+)\n-+\n", self.docstring(), flags=re.M)[1:]
        pairs = zip(parts[::2], parts[1::2], strict=True)
        text = "\n".join(body for title, body in pairs if title in sections)
        found = re.findall(r"^(\S[^:\n]*) : (.*\n?(?: .*\n?)*)", text, re.M)
        return {name: about for names, about in found for name in names.split(", ")}

    def overrides(self) -> bool:
        """Say whether a base class documents the method already."""
        return any(self.node.name in methods(base) for base in bases(self.owner))


def bases(node: ast.AST | None) -> Iterator[ast.ClassDef]:
    for base in node.bases if isinstance(node, ast.ClassDef) else []:
        if known := CLASSES.get(ast.unparse(base)):
            yield from (known, *bases(known))


def methods(node: ast.ClassDef) -> dict[str, ast.FunctionDef]:
    return {n.name: n for n in node.body if isinstance(n, ast.FunctionDef)}


def definitions(node: ast.AST, file: str) -> Iterator[Public]:
    owner = node if isinstance(node, ast.ClassDef) else None
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.ClassDef) and child.name[0] != "_":
            place = f"{file}:{child.lineno}: {owner.name + '.' if owner else ''}"
            yield Public(place + child.name, child, owner)
            if isinstance(child, ast.ClassDef):
                yield from definitions(child, file)


def errors(node: ast.AST) -> Iterator[str]:
    """Name the classes of errors that a body raises, without nested functions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Raise) and isinstance(child.exc, ast.Call):
            name = ast.unparse(child.exc.func).split(".")[-1]
            maker = FUNCTIONS.get(name)
            if name != "error":  # which a caller passed
                yield ast.unparse(maker.returns) if maker and maker.returns else name
        if not isinstance(child, ast.FunctionDef | ast.ClassDef):
            yield from errors(child)


def faults(public: Public) -> Iterator[str]:
    said, types = public.docstring(), public.annotations()
    quantities = public.entries("Parameters", "Attributes", "Returns", "Yields")
    bodies: list[ast.AST] = [public.node]
    if isinstance(public.node, ast.ClassDef):
        made_by = methods(public.node)
        bodies = [made_by[n] for n in ("__init__", "__post_init__") if n in made_by]
    elif unknown := public.entries("Parameters").keys() - types.keys():
        yield f"has no parameter {', '.join(sorted(unknown))}"
    if not ast.get_docstring(public.node):
        yield "has no docstring"
    if public.overrides() or "/cli/" in public.place:  # whose docstrings are help texts
        return
    for name, kind in types.items():
        if SHAPELESS.search(kind):
            yield f"{name} is an array without a shape"
        text = SHAPE.sub("", quantities.get(name, said))
        if QUANTITY.search(kind) and not UNIT.search(text):
            yield f"gives no unit of {name}"
    for error in sorted({error for body in bodies for error in errors(body)}):
        if error not in said:
            yield f"does not say that it raises {error}"


def test_public_docstrings_say_what_a_user_needs() -> None:
    known = [found for file, tree in TREES.items() for found in definitions(tree, file)]
    wrong = [f"{public.place} {fault}" for public in known for fault in faults(public)]
    wrong += [file for file, tree in TREES.items() if not ast.get_docstring(tree)]
    assert not wrong, "\n".join(wrong)


def test_what_is_missing_is_noticed() -> None:
    head = "def push(force: Float[np.ndarray, 'T 3'], at: np.ndarray) -> None:"
    text = '"""Push.\n\nParameters\n----------\nforce : (T, 3)\nby : a hand\n"""'
    tree = ast.parse(f"{head}\n {text}\n raise DataError(1)")
    assert [
        fault for public in definitions(tree, "a.py") for fault in faults(public)
    ] == [
        "has no parameter by",
        "gives no unit of force",
        "at is an array without a shape",
        "does not say that it raises DataError",
    ]
