"""The fixtures that the core ships for authors of plugins serve its own tests and those of our plugins as well."""

from __future__ import annotations

import os
import signal

from hypothesis import settings

pytest_plugins = ["runyard.testing.fixtures"]

# What a shell starts in the background ignores Ctrl-C, and what nohup starts ignores the end of the terminal; so would
# every program that a test starts and sends such a signal.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


# Runs in tests, and in programs that tests start, do not belong to the job that runs the tests.
for mark in ("CI", "GITHUB_ACTIONS", "GITLAB_CI", "JENKINS_URL"):
    os.environ.pop(mark, None)

# How long an example takes is a matter of the machine, and of what else it does.
settings.register_profile("runyard", deadline=None)
settings.load_profile("runyard")
