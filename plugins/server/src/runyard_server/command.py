"""``runyard server`` and ``runyard ui``."""
