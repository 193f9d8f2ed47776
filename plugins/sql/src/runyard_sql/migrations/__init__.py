"""How the tables of older releases become those of this one.

``versions`` holds one module for each revision, in the form of Alembic, called like the revision. A database that is
fresh does not go through them: it gets the tables of today from ``schema``. So each revision is there twice, and a test
proves that both ways end at the same tables. To make one:

1. Change `runyard_sql.tables`, write the scripts (``python -m runyard_sql.schema``), and name the revision in
   `runyard_sql.revision.HEAD`. It is a minor one if releases that do not know it can go on working: tables, indexes and
   columns are added, and each column has a default or may be null. Anything else makes a major one.
2. Write ``versions/MAJOR_MINOR.py`` with `revision`, `down_revision` and `upgrade`. MySQL cannot take back a change of
   the schema, so `upgrade` must bear to be repeated from any place: `runyard_sql.migrations.changes` has operations
   that look first, an ``UPDATE`` says which rows are still without a value, and a column that is altered is given its
   whole new form. Tables that `upgrade` works on are written down in its module: `runyard_sql.tables` will change.
3. SQLite rebuilds a table to alter a column: ``op.batch_alter_table(..., copy_from=TABLE, table_kwargs=...)``, where
   ``TABLE`` is the table as it was, since reflection misses ``WITHOUT ROWID``.
4. Freeze a database of the new revision, with data, for the tests: ``python plugins/sql/tests/revisions/freeze.py``.
"""
