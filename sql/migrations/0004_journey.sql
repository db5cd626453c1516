-- When a contact was last active: journeys end where nothing has happened for some days (sql/facts/journey.sql).
-- Rows derived before this column existed show the latest instant they kept, until they are derived again (`apogee rebuild`).
ALTER TABLE interaction ADD COLUMN IF NOT EXISTS last_at DateTime64(3, 'UTC') DEFAULT greatest(
    started_at, ifNull(queued_at, started_at), ifNull(answered_at, started_at), ifNull(asked_at, started_at), ifNull(replied_at, started_at),
    ifNull(closed_at, started_at)) AFTER started_at;
