"""Which modules a pickle or a function refers to, found without running either."""

from __future__ import annotations

import dis
import pickletools
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import BinaryIO

__all__ = ["code_modules", "pickle_modules"]

Global = tuple[str, str]

_STRINGS = frozenset({"SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "UNICODE"})
_SUBIMPORT: Global = ("cloudpickle.cloudpickle", "subimport")


def pickle_modules(source: Path | BinaryIO) -> set[str]:
    """Return the full names of the modules that a pickle imports when it is loaded.

    Only the opcodes of the stream are read. What functions that are pickled by value import inside their bodies does
    not show in it; `code_modules` finds that.

    Args:
        source: The file, or a stream that is open for reading bytes.

    Raises:
        ValueError: It is no pickle.
    """
    if isinstance(source, Path):
        with source.open("rb") as stream:
            return set(_modules(stream))
    return set(_modules(source))


def _modules(stream: BinaryIO) -> Iterator[str]:
    pushed: str | Global | None = None  # what the last opcode put on the stack, if it is of interest here
    texts: list[str] = []  # the last two strings that were put there
    function: Global | None = None  # the last global that was put there
    memo: dict[int, str | Global | None] = {}
    for opcode, argument, _ in pickletools.genops(stream):
        name = opcode.name
        if name == "MEMOIZE":
            memo[len(memo)] = pushed
            continue
        if name in ("BINPUT", "LONG_BINPUT", "PUT"):
            memo[int(argument or 0)] = pushed
            continue
        pushed = None
        if name in _STRINGS:
            pushed = str(argument)
        elif name in ("BINGET", "LONG_BINGET", "GET"):
            pushed = memo.get(int(argument or 0))
        elif name == "GLOBAL":
            module, _, attribute = str(argument).partition(" ")
            pushed = (module, attribute)
        elif name == "STACK_GLOBAL" and len(texts) == 2:
            pushed = (texts[0], texts[1])
        elif name == "REDUCE" and function == _SUBIMPORT and texts:
            yield texts[-1]
        if isinstance(pushed, str):
            texts = [*texts[-1:], pushed]
        elif pushed is not None:
            function = pushed
            yield pushed[0]


def code_modules(code: CodeType) -> Iterator[str]:
    """Yield the full names of the modules that a function imports inside its body, inner functions included."""
    for instruction in dis.get_instructions(code):
        if instruction.opname == "IMPORT_NAME":
            yield str(instruction.argval)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from code_modules(constant)
