"""A function fits a screen."""

import ast
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src"
MOST = 60
"""Lines of code in a function; docstrings, comments and blank lines do not count."""

EMPTY = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE),
    *(tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER),
}


def functions(text: str) -> Iterator[tuple[str, int]]:
    """Name every function of a module, and count its lines of code."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    code = {
        line
        for token in tokens
        if token.type not in EMPTY
        for line in range(token.start[0], token.end[0] + 1)
    }
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = node.body[:1] if ast.get_docstring(node) else []
            unread = {n for d in docstring for n in range(d.lineno, d.end_lineno + 1)}
            yield (
                node.name,
                len(code & set(range(node.lineno, node.end_lineno + 1)) - unread),
            )


def test_no_function_is_longer_than_a_screen() -> None:
    wrong = [
        f"{path.relative_to(SOURCE)}: {name} has {lines} lines"
        for path in sorted(SOURCE.rglob("*.py"))
        for name, lines in functions(path.read_text(encoding="utf-8"))
        if lines > MOST
    ]
    assert not wrong, "\n".join(wrong)


def test_only_code_is_counted() -> None:
    text = (
        'def add(a, b):\n    """Add.\n\n    Two.\n    """\n\n    # both\n    return (\n'
    )
    assert list(functions(text + "        a + b\n    )\n")) == [("add", 4)]
