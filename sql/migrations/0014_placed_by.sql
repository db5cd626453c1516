-- Whose team, site and brand are those of a row, in one word: a and its agent, or q and its queue where nobody has it. Read instead of both.
ALTER TABLE interaction ADD COLUMN IF NOT EXISTS placed_by LowCardinality(String) MATERIALIZED if(agent != '', concat('a', agent), concat('q', queue)) CODEC(NONE) AFTER agent;
ALTER TABLE stay ADD COLUMN IF NOT EXISTS placed_by LowCardinality(String) MATERIALIZED if(agent != '', concat('a', agent), concat('q', queue)) CODEC(NONE) AFTER agent;
ALTER TABLE stint ADD COLUMN IF NOT EXISTS placed_by LowCardinality(String) MATERIALIZED if(agent != '', concat('a', agent), concat('q', queue)) CODEC(NONE) AFTER agent;
ALTER TABLE turn ADD COLUMN IF NOT EXISTS placed_by LowCardinality(String) MATERIALIZED if(agent != '', concat('a', agent), concat('q', queue)) CODEC(NONE) AFTER agent;
ALTER TABLE work ADD COLUMN IF NOT EXISTS placed_by LowCardinality(String) MATERIALIZED if(agent != '', concat('a', agent), concat('q', queue)) CODEC(NONE) AFTER agent;
ALTER TABLE rating ADD COLUMN IF NOT EXISTS placed_by LowCardinality(String) MATERIALIZED if(agent != '', concat('a', agent), concat('q', queue)) CODEC(NONE) AFTER agent;
ALTER TABLE interaction MATERIALIZE COLUMN placed_by SETTINGS mutations_sync = 2;
ALTER TABLE stay MATERIALIZE COLUMN placed_by SETTINGS mutations_sync = 2;
ALTER TABLE stint MATERIALIZE COLUMN placed_by SETTINGS mutations_sync = 2;
ALTER TABLE turn MATERIALIZE COLUMN placed_by SETTINGS mutations_sync = 2;
ALTER TABLE work MATERIALIZE COLUMN placed_by SETTINGS mutations_sync = 2;
ALTER TABLE rating MATERIALIZE COLUMN placed_by SETTINGS mutations_sync = 2;
