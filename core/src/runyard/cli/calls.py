"""Commands that programs call as functions."""

from __future__ import annotations


def doctor(mask_envs: bool = False) -> None:
    """Print what is installed, where runs go, whether that answers, and what is wrong.

    Args:
        mask_envs: Accepted from users of the reference system; secrets are never shown.
    """
    from runyard.cli.main import main

    main(["doctor", *(["--mask-envs"] if mask_envs else [])])
