"""Triggers that note, in the changing transaction itself, which entries grew old. Used in the rooms' migrations."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import migrations

FUNCTION = """
CREATE FUNCTION search_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  was jsonb;
  new_row jsonb;
  matters boolean := TG_OP <> 'UPDATE';
BEGIN
  IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;
  IF TG_OP <> 'DELETE' THEN new_row := to_jsonb(NEW); END IF;
  IF TG_OP = 'UPDATE' AND TG_NARGS = 2 THEN matters := was IS DISTINCT FROM new_row; END IF;
  IF TG_OP = 'UPDATE' THEN
    FOR i IN 2 .. TG_NARGS - 1 LOOP
      matters := matters OR was -> TG_ARGV[i] IS DISTINCT FROM new_row -> TG_ARGV[i];
    END LOOP;
  END IF;
  IF matters THEN
    INSERT INTO search_change (kind, object_id)
      SELECT TG_ARGV[0], key FROM (VALUES ((was ->> TG_ARGV[1])::bigint), ((new_row ->> TG_ARGV[1])::bigint)) AS v (key)
       WHERE key IS NOT NULL GROUP BY key;
    PERFORM pg_notify('portal_pages', 'search');
  END IF;
  RETURN NULL;
END $$
"""


def trigger_name(table: str, kind: str) -> str:
    """Return the name of the trigger that tells of a kind's changes in a table."""
    return f"search_{table}_{kind}".replace("-", "_")[:63]


def watch(
    kind: str, table: str, column: str = "id", fields: Iterable[str] = ()
) -> migrations.RunSQL:
    """Note a thing of this kind as changed whenever a row of the table changes."""
    arguments = ", ".join(f"'{each}'" for each in (kind, column, *fields))
    name = trigger_name(table, kind)
    return migrations.RunSQL(
        f'CREATE TRIGGER "{name}" AFTER INSERT OR UPDATE OR DELETE ON "{table}" '
        f"FOR EACH ROW EXECUTE FUNCTION search_note_change({arguments})",
        f'DROP TRIGGER "{name}" ON "{table}"',
    )


def watch_owner(
    kind: str, table: str, fields: Iterable[str], things: str, columns: tuple[str, str]
) -> migrations.RunSQL:
    """Note every thing of this kind as changed when fields of its owner, a row of the table, change.

    The first of `columns` of `things` names the owner, the second the thing.
    """
    name = trigger_name(table, kind)
    differ = " OR ".join(f'OLD."{each}" IS DISTINCT FROM NEW."{each}"' for each in fields)
    return migrations.RunSQL(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n"  # noqa: S608 - names of ours
        f"INSERT INTO search_change (kind, object_id) "
        f'SELECT DISTINCT \'{kind}\', "{columns[1]}" FROM "{things}" WHERE "{columns[0]}" = NEW.id;\n'
        f"PERFORM pg_notify('portal_pages', 'search'); RETURN NULL; END $$;\n"
        f'CREATE TRIGGER "{name}" AFTER UPDATE ON "{table}" FOR EACH ROW WHEN ({differ}) EXECUTE FUNCTION {name}()',
        f'DROP TRIGGER "{name}" ON "{table}"; DROP FUNCTION {name}()',
    )


def note_all(kind: str, table: str) -> migrations.RunSQL:
    """Note everything that is there already, so that an index made later begins complete."""
    return migrations.RunSQL(
        f"INSERT INTO search_change (kind, object_id) SELECT '{kind}', id FROM \"{table}\"",  # noqa: S608 - names of ours
        migrations.RunSQL.noop,
    )
