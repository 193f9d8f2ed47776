"""The program ``runyard``: one module per command group, imported when a command of it is called."""
