-- The arrival log: one line per batch, written last. A batch without its line did not happen and is swept at start.
CREATE TABLE IF NOT EXISTS batch
(
    batch       UInt64,
    connector   LowCardinality(String),
    file        String,                              -- what was read, as the caller named it; never a person
    source      LowCardinality(String),              -- '' stands for the lines whose source could not be read
    known_at    DateTime64(3, 'UTC'),
    records     UInt64,
    received    Int64,                               -- a replay moves a line to the source it turned out to have
    stored      UInt64,
    duplicate   UInt64,
    quarantined Int64,                               -- a replay takes lines out again: negative there
    corrected   UInt64,
    stale       UInt64,
    conflicts   UInt64,
    seconds     Float64
)
ENGINE = MergeTree
ORDER BY (batch, source)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- How far derivation has come: the batches whose facts are written.
CREATE TABLE IF NOT EXISTS derived
(
    batch UInt64
)
ENGINE = ReplacingMergeTree
ORDER BY batch
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- Lines that could not be stored, and what became of them. A line is never edited: each change is another row.
CREATE TABLE IF NOT EXISTS quarantine
(
    line       UInt64,                               -- batch it came in * 2^24 + number in that batch
    batch      UInt64,                               -- the batch that wrote this row: the line's own, or the replay's
    at         DateTime64(3, 'UTC'),
    connector  LowCardinality(String),
    file       String,
    position   String,                               -- 'line 12', 'row 5', 'conversation 3': as the sender would count
    source     LowCardinality(String),
    field      String,
    shown      String,                               -- the offending value, masked
    expected   String,                               -- what was expected, in words
    payload    String CODEC(NONE),                   -- encrypted with the key that lives outside the database
    whole      Bool,                                 -- the payload is a vendor's record the connector could not read
    state      LowCardinality(String)                -- held, then stored once a replay succeeded
)
ENGINE = MergeTree
ORDER BY (line, at)
TTL toDateTime(at) + INTERVAL 30 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- How far each source has come, by family of events: the instant of its latest event, never beyond when it was known.
CREATE TABLE IF NOT EXISTS watermark
(
    source LowCardinality(String),
    family LowCardinality(String),
    at     SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
)
ENGINE = AggregatingMergeTree
ORDER BY (source, family);
