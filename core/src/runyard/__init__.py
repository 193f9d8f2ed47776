"""runyard: record machine-learning runs, version and serve their models, re-run the code that made them."""
