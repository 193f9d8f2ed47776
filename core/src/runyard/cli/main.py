"""The entry point of the program ``runyard``: exit codes, and errors without a stack trace.

``--version`` is answered before anything is imported that is not needed for it.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

import runyard

COMPLETE = "_RUNYARD_COMPLETE"
"""The variable by which a shell asks for completions."""

FAILED = 1
INTERRUPTED = 130
PIPE_CLOSED = 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program.

    Args:
        arguments: The words after the program's name; those of this process when absent.

    Returns:
        The exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted, 141 the reader of the output went away.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by who started the program
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 - as long as the process
    code = 0
    try:
        code = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()
        return PIPE_CLOSED
    except OSError as error:
        from runyard.cli import errors

        _discard_output()
        if not code:  # what failed before has been reported, and may be the same
            errors.report(errors.explain(error))
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _discard_output() -> None:
    """Let what is still buffered go nowhere: it would fail again, with a message, when Python flushes it at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(words: list[str]) -> int:
    if words == ["--version"]:
        print(f"runyard {runyard.__version__}")
        return 0
    if COMPLETE in os.environ:
        from runyard.cli.completion import answer

        return answer(os.environ[COMPLETE])

    import click

    from runyard.cli import errors
    from runyard.cli.program import program

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # whatever a name holds, printing it is no error
    debug = False
    try:
        with errors.plain_warnings(), program.make_context("runyard", words) as context:
            debug = context.params["debug"]
            program.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    except (click.Abort, EOFError):
        errors.report("Interrupted.")
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:
        raise
    except Exception as error:
        if debug:
            raise
        errors.report(errors.explain(error))
        return FAILED
    return 0
