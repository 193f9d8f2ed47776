"""The statements that make the tables, one script for each kind of database.

They are written by ``python -m runyard_sql.schema`` from `runyard_sql.tables`, so that to make a database takes no
SQLAlchemy.
"""
