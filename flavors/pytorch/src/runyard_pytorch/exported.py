"""Programs of `torch.export`: a module as the graph of what it computes, which is data and holds no Python code.

PyTorch unpickles some of what may be in such a file, without a word. Files where it would have to are found before they
are loaded, and treated as pickles.
"""

from __future__ import annotations

import io
import json
import logging
import types
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runyard.errors import DataDamaged, InvalidInput, NotSupported
from runyard.models.consent import require_consent
from runyard_pytorch.devices import device_of

if TYPE_CHECKING:
    from runyard.models.mlmodel import MLModel
    from runyard_pytorch.examples import Arguments

__all__ = ["FixedExtent", "NotTraceable", "dump", "load", "modules", "trace"]

# Libraries that bring operators of their own, which a graph names and which have to be imported before it is loaded.
_OPERATORS = ("torchvision", "torchaudio", "torchao")


class NotTraceable(InvalidInput):
    """`torch.export` cannot make a program of a module."""


class FixedExtent(NotTraceable):
    """The program of a module would take batches of one size only."""


def trace(module: Any, arguments: Arguments) -> Any:
    """Return the program of a module, traced in evaluation mode; the module is afterwards as it was before.

    Args:
        module: The module.
        arguments: What it is traced with.

    Raises:
        NotTraceable: It depends on the values that it computes, or does what a graph cannot hold.
        FixedExtent: It takes no other extents than those of the arguments where others are to be free.
    """
    import torch
    from torch.utils import _pytree as pytree

    device = device_of(module)
    if device.type == "meta":
        raise InvalidInput("The module is on the device 'meta': its parameters have no values to save.")
    given = (arguments.positional, arguments.named)
    leaves, form = pytree.tree_flatten(given)
    free = _flatten(given, arguments.free)
    error: Exception | None = None
    for widen in (True, False):
        wide = [_widened(leaf, axes) if widen else leaf for leaf, axes in zip(leaves, free, strict=True)]
        positional, named = pytree.tree_unflatten([leaf.to(device) for leaf in wide], form)
        try:
            with _evaluating(module), _quiet():
                program = torch.export.export(module, positional, named, dynamic_shapes=_shapes(module, arguments))
        except Exception as caught:  # anything that the user's own code, or the tracer, raises
            error = error or caught
            continue
        if fixed := _fixed(program, free):
            raise FixedExtent(f"a traced program takes no other extent than that of the example for {fixed}")
        return _on_cpu(program, device)
    text = str(error).strip().splitlines() or [""]
    raise NotTraceable(f"torch.export cannot trace it: {type(error).__name__}: {text[0]}") from error


def _flatten(given: Any, free: Any) -> list[dict[int, Any]]:
    """Return the free dimensions of each tensor, in the order in which a tree of tensors is flattened."""
    from torch.utils import _pytree as pytree

    flat: list[dict[int, Any]] = []
    pytree.tree_map(lambda _, axes: flat.append(axes or {}), given, free, is_leaf=lambda node: hasattr(node, "shape"))
    return flat


def _shapes(module: Any, arguments: Arguments) -> Any:
    """Return what is free as `torch.export` takes it: by the names of the arguments where some are passed by name."""
    positional, named = arguments.free
    if not named:
        return positional
    from runyard_pytorch.forward import argument_names

    return {**dict(zip(argument_names(module) or [], positional, strict=False)), **named}


def _widened(tensor: Any, axes: dict[int, Any]) -> Any:
    """Return a tensor with two of what it has one of where the extent is free: of 1 the tracer makes a constant."""
    for axis in axes:
        if tensor.shape[axis] == 1:
            tensor = tensor.repeat_interleave(2, dim=axis)
    return tensor


@contextmanager
def _evaluating(module: Any) -> Iterator[None]:
    """Put a module and its parts into evaluation mode for the block."""
    modes = [(part, part.training) for part in module.modules()]
    module.eval()
    try:
        yield
    finally:
        for part, mode in modes:
            part.training = mode


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the tracer from writing graphs to the log: what it cannot do is told once, by who asked."""
    logger = logging.getLogger("torch.fx.experimental.symbolic_shapes")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def _fixed(program: Any, free: list[dict[int, Any]]) -> str:
    """Say which free dimensions have become constants; the empty text if none."""
    from torch.fx.experimental.symbolic_shapes import is_concrete_int

    inputs = program.graph_signature.user_inputs
    nodes = {node.name: node for node in program.graph.nodes if node.op == "placeholder"}
    found = [
        f"dimension {axis} of {name}"
        for name, axes in zip(inputs, free, strict=True)
        for axis in axes
        if is_concrete_int(nodes[name].meta["val"].shape[axis])
    ]
    return ", ".join(found)


def _on_cpu(program: Any, device: Any) -> Any:
    """Return a program whose tensors are on the CPU, where every machine can load it."""
    return program if device.type == "cpu" else _moved(program, "cpu")


def _moved(program: Any, device: str) -> Any:
    try:
        from torch.export.passes import move_to_device_pass
    except ImportError:
        import torch

        raise NotSupported(
            f"An exported program cannot be moved to {device!r} by PyTorch {torch.__version__}; 2.6 can."
        ) from None
    return move_to_device_pass(program, device)


def dump(program: Any, file: Path) -> None:
    """Write a program."""
    import torch

    torch.export.save(program, file)


def load(file: Path, model: MLModel, device: str | None) -> Any:
    """Return the module that computes what a program says.

    Args:
        file: The file.
        model: The ``MLmodel`` file that it belongs to.
        device: Where it is to compute; the CPU when `None`.

    Raises:
        DataDamaged: The file cannot be read.
        PermissionDenied: PyTorch would have to unpickle parts of it, and pickles are forbidden.
    """
    import torch

    try:
        part = next(_pickled(file), None)
        if part is not None:
            require_consent(model, file, f"an exported program whose part {part!r} may be a pickle")
        program = torch.export.load(file)
    except (zipfile.BadZipFile, RuntimeError, ValueError, KeyError, AssertionError, EOFError, TypeError) as error:
        text = str(error).strip().splitlines() or [""]
        raise DataDamaged(
            f"{str(file)!r} is not a whole exported program: {type(error).__name__}: {text[0]}"
        ) from error
    if device is not None and torch.device(device).type != "cpu":
        program = _moved(program, device)
    module: Any = program.module()
    # It was traced for evaluation. Programs say so once more after loading, which PyTorch would refuse
    module.eval = types.MethodType(_stay, module)
    module.training = False
    return module


def _stay(module: Any) -> Any:
    return module


def _pickled(file: Path) -> Iterator[str]:
    """Yield the parts of a program's file that PyTorch would unpickle without limits, as far as it is known to be safe.

    Raises:
        zipfile.BadZipFile: It is no such file.
    """
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        plain = set(_tensors_by_configuration(archive))
        for name in names:
            if names.count(name) > 1 or not (name in plain or _is_text(name, archive) or _is_tensors(name, archive)):
                yield name


def _tensors_by_configuration(archive: zipfile.ZipFile) -> Iterator[str]:
    """Yield the parts that hold the bytes of one tensor, as the configurations beside them say."""
    for name in archive.namelist():
        folder, _, base = name.rpartition("/")
        if base in ("model_weights_config.json", "model_constants_config.json"):
            entries = json.loads(archive.read(name)).get("config", {}).values()
            for entry in entries:
                if entry.get("use_pickle") is False and "/" not in entry["path_name"]:
                    yield f"{folder}/{entry['path_name']}"


def _is_text(name: str, archive: zipfile.ZipFile) -> bool:
    """Say whether a part is JSON, or one of the short texts that say how the file is to be read."""
    base = name.rpartition("/")[2]
    if base.endswith(".json"):
        json.loads(archive.read(name))
        return True
    return base in ("archive_format", "archive_version", "version", "byteorder", "serialization_id") and (
        archive.getinfo(name).file_size <= 100
    )


def _is_tensors(name: str, archive: zipfile.ZipFile) -> bool:
    """Say whether PyTorch reads a part as nothing but tensors and plain data."""
    import torch

    data = archive.read(name)
    if not data:
        return True
    try:
        torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    except Exception:  # whatever the reason: it is then read without limits
        return False
    return True


def modules(file: Path) -> set[str]:
    """Return the libraries whose operators a program uses, beside PyTorch itself."""
    with zipfile.ZipFile(file) as archive:
        graphs = [archive.read(name) for name in archive.namelist() if name.endswith(".json")]
    return {name for name in _OPERATORS if any(f"torch.ops.{name}.".encode() in graph for graph in graphs)}
