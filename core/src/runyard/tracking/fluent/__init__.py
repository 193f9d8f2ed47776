"""The functions that a script calls, on the run, experiment and model that are active."""
