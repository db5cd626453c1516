-- What agent time is made of beside `work` and `presence`: stated capacities, focus, and why a contact was on hold.
CREATE TABLE IF NOT EXISTS capacity
(
    day Date, subject_hash UInt64, agent String CODEC(ZSTD(1)), domain LowCardinality(String), statement UInt64,
    valid_from DateTime64(3, 'UTC'), sequence UInt64,
    capacity Float64,                                -- contacts at once in this channel domain ('' = every one); 0: not known any more
    version UInt64, gone UInt8
)
ENGINE = ReplacingMergeTree(version, gone) PARTITION BY toYYYYMM(day) ORDER BY (day, subject_hash, agent, domain, statement)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_age_to_force_merge_seconds = 300, min_age_to_force_merge_on_partition_only = 1;

CREATE TABLE IF NOT EXISTS focus
(
    day Date, subject_hash UInt64, agent String CODEC(ZSTD(1)), n UInt32,
    source LowCardinality(String), stint String CODEC(ZSTD(1)),
    started_at DateTime64(3, 'UTC'), ended_at Nullable(DateTime64(3, 'UTC')),
    version UInt64, gone UInt8
)
ENGINE = ReplacingMergeTree(version, gone) PARTITION BY toYYYYMM(day) ORDER BY (day, subject_hash, agent, n)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_age_to_force_merge_seconds = 300, min_age_to_force_merge_on_partition_only = 1;

CREATE TABLE IF NOT EXISTS hold
(
    day Date, subject_hash UInt64, interaction String CODEC(ZSTD(1)), stint String CODEC(ZSTD(1)), hold UInt64,
    source LowCardinality(String), agent String CODEC(ZSTD(1)), reason LowCardinality(String),
    held_at DateTime64(3, 'UTC'),
    version UInt64, gone UInt8
)
ENGINE = ReplacingMergeTree(version, gone) PARTITION BY toYYYYMM(day) ORDER BY (day, subject_hash, interaction, stint, hold)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_age_to_force_merge_seconds = 300, min_age_to_force_merge_on_partition_only = 1;

-- What one derivation wrote is found without reading what others wrote.
ALTER TABLE work ADD INDEX IF NOT EXISTS version_range version TYPE minmax GRANULARITY 1;
ALTER TABLE presence ADD INDEX IF NOT EXISTS version_range version TYPE minmax GRANULARITY 1;
ALTER TABLE capacity ADD INDEX IF NOT EXISTS version_range version TYPE minmax GRANULARITY 1;

-- Which agent-days hang on what, like `reach`: a superset that only grows.
-- key is a contact's hash (the agent-days its work lies on) or an agent's (the days his work and presence reach, and from which day).
CREATE TABLE IF NOT EXISTS agent_reach
(
    key UInt64, agent_hash UInt64, day Date, from_day Date
)
ENGINE = ReplacingMergeTree ORDER BY (key, agent_hash, day, from_day)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1;

-- One agent's UTC day, or the part of it between two statements about the agent (team, capacity): all that several contacts at once mean.
-- A pure function of work, presence, capacity, focus and hold; recomputed whole, never added to. sql/queries/agent.sweep.sql says how.
-- An interval without an end lies here as long as it can last (sql/agent_time.py); every reading cuts at its own present moment.
-- Lists of one name belong together. slot: quarter hour of the day. Shares are milliseconds × 5342931457063200, and only the part of them
-- that overlaps with other channels: what a channel had to itself is `alone`, in every kind of share.
-- *_total is the same over the whole row, for questions that need no quarter hours.
CREATE TABLE IF NOT EXISTS agent_day
(
    day Date, subject_hash UInt64, agent String CODEC(ZSTD(1)), part UInt16,
    from_at DateTime64(3, 'UTC'), to_at DateTime64(3, 'UTC'),         -- the first and the last boundary of it
    channels Array(LowCardinality(String)), weights Array(Int64),     -- in order of names; lcm(1..25) ÷ capacity, 0 unknown
    bound Array(Int64) CODEC(Delta, ZSTD(1)),        -- the boundaries it was computed from, so that it can be cut anywhere again
    share Nested
    (
        slot UInt8, channel LowCardinality(String),
        gross Int64,                                 -- milliseconds, every contact in full
        open UInt32,                                 -- milliseconds with at least one
        alone UInt32,                                -- milliseconds with this channel and no other
        equal Int128, even Int128, weighted Int128,  -- by contact, by channel, by capacity
        voiced UInt32, unsplit UInt32                -- of open: beside voice (voice: beside another); beside a capacity that is not known
    ),
    share_total Nested
    (
        channel LowCardinality(String), gross Int64, open UInt32, alone UInt32, equal Int128, even Int128, weighted Int128,
        voiced UInt32, unsplit UInt32
    ),
    state Nested
    (
        slot UInt8,
        staffed UInt32, wall UInt32, free UInt32, away UInt32,   -- signed in or busy = busy + ready + neither of them
        paused UInt32, outside UInt32,               -- of wall: while in a pause, while signed out
        several UInt32,                              -- of wall: on more than one channel
        unsplit UInt32, unweighed UInt32,            -- of several, of wall: with a channel whose capacity is not known
        unended UInt32,                              -- of wall: with something in hand whose end is not known
        voiced UInt32, linear UInt32,                -- voice and another at once; voice in hand or another contact in focus
        load Int128                                  -- ∫ min(1, Σ weight), milliseconds × lcm(1..25)
    ),
    state_total Nested
    (
        staffed UInt32, wall UInt32, free UInt32, away UInt32, paused UInt32, outside UInt32, several UInt32, unsplit UInt32, unweighed UInt32,
        unended UInt32, voiced UInt32, linear UInt32, load Int128
    ),
    level Nested (slot UInt8, level UInt32, ms UInt32),
    level_total Nested (level UInt32, ms UInt32),
    pair Nested (slot UInt8, one LowCardinality(String), other LowCardinality(String), ms UInt32),
    pair_total Nested (one LowCardinality(String), other LowCardinality(String), ms UInt32),
    layer Nested (slot UInt8, kind UInt8, channel LowCardinality(String), ms Int64),   -- kinds 4 to 7 of a boundary
    layer_total Nested (kind UInt8, channel LowCardinality(String), ms Int64),
    odd Nested (kind UInt8, from_ms UInt32, to_ms UInt32),   -- stretches busy 1: while signed out, 2: in a pause
    contact Nested (contact UInt64, gross Int64, together Int64),   -- of each contact, its hash: the time worked on it, ∫ contacts at once of it
    version UInt64, gone UInt8
)
ENGINE = ReplacingMergeTree(version, gone) PARTITION BY toYYYYMM(day) ORDER BY (day, subject_hash, agent, part)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_age_to_force_merge_seconds = 300, min_age_to_force_merge_on_partition_only = 1;
