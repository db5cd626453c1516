-- When an agent accepted a contact, which opening it is not, and the last ring before that: what clocks that differ are told by.
-- Rows written before have neither, and are no anomaly until they are made anew.
ALTER TABLE stint ADD COLUMN IF NOT EXISTS taken_at Nullable(DateTime64(3, 'UTC'));
ALTER TABLE stint ADD COLUMN IF NOT EXISTS rung_at Nullable(DateTime64(3, 'UTC'));
