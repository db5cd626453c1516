-- Agents are few: as words of a dictionary they are told apart, grouped and looked up once for each word, not once for each row.
ALTER TABLE interaction MODIFY COLUMN agent LowCardinality(String) CODEC(ZSTD(1));
ALTER TABLE stay MODIFY COLUMN agent LowCardinality(String) CODEC(ZSTD(1));
ALTER TABLE stint MODIFY COLUMN agent LowCardinality(String) CODEC(ZSTD(1));
ALTER TABLE turn MODIFY COLUMN agent LowCardinality(String) CODEC(ZSTD(1));
ALTER TABLE work MODIFY COLUMN agent LowCardinality(String) CODEC(ZSTD(1));
ALTER TABLE presence MODIFY COLUMN agent LowCardinality(String) CODEC(ZSTD(1));
ALTER TABLE rating MODIFY COLUMN agent LowCardinality(String) CODEC(ZSTD(1));
ALTER TABLE agent_day MODIFY COLUMN agent LowCardinality(String) CODEC(ZSTD(1));
