"""Runs and registered models in SQLite, PostgreSQL, MySQL and MariaDB."""
