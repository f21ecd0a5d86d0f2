"""Invariants that the database keeps against everybody, the shell included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pgtrigger


def append_only(name: str) -> list[pgtrigger.Trigger]:
    """Refuse every change and deletion of a table's rows."""
    return [
        pgtrigger.Protect(name=f"{name}_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
    ]


def moves(name: str, table: Mapping[Any, Mapping[Any, object]]) -> pgtrigger.Trigger:
    """Refuse every change of state that the rules' table does not have."""
    allowed = [(str(old), str(new)) for old, targets in table.items() for new in targets]
    return pgtrigger.FSM(name=f"{name}_moves", field="state", transitions=allowed)


BALLOT_IN_TIME = pgtrigger.Trigger(
    name="ballot_in_time",
    operation=pgtrigger.Insert,
    when=pgtrigger.Before,
    declare=[("held", "RECORD")],
    func=pgtrigger.Func(
        """
        SELECT v.state, v.opens_at, v.closes_at, v.roll, s.number, s.body_id = v.body_id AS same_body INTO held
          FROM governance_vote v, governance_seat s
         WHERE v.id = NEW.vote_id AND s.id = NEW.seat_id;
        IF held.state IS DISTINCT FROM 'open' OR NEW.cast_at >= held.closes_at OR NEW.cast_at < held.opens_at THEN
            RAISE EXCEPTION 'ballot outside the opening of its vote' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.cast_at > clock_timestamp() OR NEW.cast_at < clock_timestamp() - interval '1 minute' THEN
            RAISE EXCEPTION 'ballot not stamped with the time of casting' USING ERRCODE = 'check_violation';
        END IF;
        IF NOT held.same_body OR NOT held.roll @> jsonb_build_array(
            jsonb_build_object('seat', held.number, 'filled', true)) THEN
            RAISE EXCEPTION 'ballot of a seat that is not on the roll' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
        """
    ),
)
"""A ballot enters only while its vote is open, stamped with the moment of casting, for a seat of the roll."""

LATE_IN_TIME = pgtrigger.Trigger(
    name="late_in_time",
    operation=pgtrigger.Insert,
    when=pgtrigger.Before,
    declare=[("held", "RECORD")],
    func=pgtrigger.Func(
        """
        SELECT v.state, v.ended_early, v.ended_at, v.closes_at, v.roll, s.number, s.body_id = v.body_id AS same_body
          INTO held FROM governance_vote v, governance_seat s WHERE v.id = NEW.vote_id AND s.id = NEW.seat_id;
        IF held.state IS DISTINCT FROM 'closed' OR NOT held.ended_early OR NEW.at < held.ended_at
           OR NEW.at >= held.closes_at THEN
            RAISE EXCEPTION 'late position outside its time' USING ERRCODE = 'check_violation';
        END IF;
        IF NOT held.same_body OR NOT held.roll @> jsonb_build_array(
            jsonb_build_object('seat', held.number, 'filled', true)) THEN
            RAISE EXCEPTION 'late position of a seat that is not on the roll' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
        """
    ),
)
"""A late position enters only between an early close and the announced one, for a seat of the roll."""

ATTENDANCE_WHILE_OPEN = pgtrigger.Trigger(
    name="attendance_while_open",
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    when=pgtrigger.Before,
    declare=[("held", "RECORD")],
    func=pgtrigger.Func(
        """
        SELECT m.state, s.body_id = m.body_id AS same_body INTO held FROM governance_meeting m, governance_seat s
         WHERE m.id = COALESCE(NEW.meeting_id, OLD.meeting_id) AND s.id = COALESCE(NEW.seat_id, OLD.seat_id);
        IF held.state IS DISTINCT FROM 'open' OR NOT held.same_body THEN
            RAISE EXCEPTION 'attendance outside the session of its meeting' USING ERRCODE = 'check_violation';
        END IF;
        RETURN COALESCE(NEW, OLD);
        """
    ),
)
"""Attendance changes only while the meeting is in session, and only of the body's own seats."""

AGENDA_UNTIL_THE_END = pgtrigger.Trigger(
    name="agenda_until_the_end",
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    when=pgtrigger.Before,
    declare=[("held", "TEXT")],
    func=pgtrigger.Func(
        """
        SELECT m.state INTO held FROM governance_meeting m WHERE m.id = COALESCE(NEW.meeting_id, OLD.meeting_id);
        IF held NOT IN ('scheduled', 'open') THEN
            RAISE EXCEPTION 'agenda of a meeting that is over' USING ERRCODE = 'check_violation';
        END IF;
        RETURN COALESCE(NEW, OLD);
        """
    ),
)
"""An agenda changes until its meeting is over."""
