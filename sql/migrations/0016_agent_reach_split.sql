-- What hangs on a contact and what on an agent, each in its own order, instead of both in that of hashes (`agent_reach`): what a batch touches
-- is found in the days it touches, whatever history there is, and the days of an agent lie together. Supersets that only grow, like `reach`.
-- If this was cut short after the old table went, it is empty.
CREATE TABLE IF NOT EXISTS agent_reach
(
    key UInt64, agent_hash UInt64, day Date, from_day Date
)
ENGINE = ReplacingMergeTree ORDER BY (key, agent_hash, day, from_day);

-- The agent-days on which work of a contact lies or lay that began on from_day.
CREATE TABLE IF NOT EXISTS contact_reach
(
    from_day Date, contact_hash UInt64, agent_hash UInt64, day Date
)
ENGINE = ReplacingMergeTree PARTITION BY toYYYYMM(from_day) ORDER BY (from_day, contact_hash, agent_hash, day)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1;

-- The days from which an agent's work and presence reach a day of his, or reached it.
CREATE TABLE IF NOT EXISTS day_reach
(
    agent_hash UInt64, day Date, from_day Date
)
ENGINE = ReplacingMergeTree ORDER BY (agent_hash, day, from_day)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1;

INSERT INTO contact_reach SELECT from_day, key, agent_hash, day FROM agent_reach WHERE key != agent_hash;
INSERT INTO day_reach SELECT agent_hash, day, from_day FROM agent_reach WHERE key = agent_hash;
DROP TABLE IF EXISTS agent_reach SYNC;
