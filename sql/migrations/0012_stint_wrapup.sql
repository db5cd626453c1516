-- When a contact at an agent was first let go of, and when its first wrap-up began and ended: what clocks that differ are told by.
-- Rows written before have none of them, and are no anomaly until they are made anew.
ALTER TABLE stint ADD COLUMN IF NOT EXISTS first_released_at Nullable(DateTime64(3, 'UTC'));
ALTER TABLE stint ADD COLUMN IF NOT EXISTS wrapup_at Nullable(DateTime64(3, 'UTC'));
ALTER TABLE stint ADD COLUMN IF NOT EXISTS wrapup_ended_at Nullable(DateTime64(3, 'UTC'));
