"""The fixtures that the core ships for authors of plugins serve its own tests and those of our plugins as well."""

pytest_plugins = ["runyard.testing.fixtures"]
