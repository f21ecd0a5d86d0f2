"""Triggers that several tables of this room carry."""

from __future__ import annotations

import pgtrigger


def append_only(name: str) -> list[pgtrigger.Trigger]:
    """Return the trigger that refuses every change and deletion of a table's rows."""
    return [
        pgtrigger.Protect(name=f"{name}_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
    ]


def keep_an_administrator() -> pgtrigger.Trigger:
    """Return the trigger that refuses to leave a member organisation without an administrator.

    It locks the organisation first, so that two who leave at once can't both count on the other. An organisation whose
    every membership has ended needs none.
    """
    return pgtrigger.Trigger(
        name="organisation_keeps_an_administrator",
        operation=pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.After,
        condition=pgtrigger.Condition("OLD.role = 'administrator' AND OLD.until IS NULL"),
        func="""
            PERFORM 1 FROM members_organisation WHERE id = OLD.organisation_id FOR UPDATE;
            IF EXISTS (
                SELECT 1 FROM members_membership
                WHERE organisation_id = OLD.organisation_id AND ended_on IS NULL
            ) AND NOT EXISTS (
                SELECT 1 FROM members_affiliation
                WHERE organisation_id = OLD.organisation_id AND role = 'administrator' AND until IS NULL
            ) THEN
                RAISE EXCEPTION 'the last administrator of an organisation stays'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'organisation_keeps_an_administrator';
            END IF;
            RETURN NULL;
        """,
    )
