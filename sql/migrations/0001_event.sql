-- The sealed event log: one row per stored revision, append-only. Everything derived is a function of this table.
-- The day leads the sort key so that a subject is read back by (day, subject_hash) pairs taken from `reach`.
CREATE TABLE IF NOT EXISTS event
(
    day          Date,
    subject_hash UInt64 CODEC(ZSTD(1)),              -- sipHash64(subject)
    subject      String CODEC(ZSTD(1)),
    time         DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    sequence     UInt64 CODEC(T64, ZSTD(1)),
    type         LowCardinality(String),
    type_rank    UInt8,                              -- order of types at one instant, from the event vocabulary
    source       LowCardinality(String),
    id           String CODEC(ZSTD(1)),
    revision     UInt64 CODEC(T64, ZSTD(1)),
    retracted    Bool,
    record       String CODEC(ZSTD(1)),
    content      UInt64,                             -- hash of everything below plus type, time, sequence, retracted, record
    again        Bool,                               -- an earlier row of this identity exists: a hint for reading, never content
    channel      LowCardinality(String),
    mode         LowCardinality(String),
    direction    LowCardinality(String),
    queue        LowCardinality(String),
    agent        String CODEC(ZSTD(1)),
    stint        String CODEC(ZSTD(1)),
    role         LowCardinality(String),
    customer     String CODEC(ZSTD(1)),
    case         String CODEC(ZSTD(1)),
    reason       LowCardinality(String),
    author       LowCardinality(String),
    message      String CODEC(ZSTD(1)),
    in_reply_to  String CODEC(ZSTD(1)),
    automatic    Bool,
    relation     LowCardinality(String),
    to           String CODEC(ZSTD(1)),
    state        LowCardinality(String),
    domain       LowCardinality(String),
    team         LowCardinality(String),
    site         LowCardinality(String),
    brand        LowCardinality(String),
    segment      LowCardinality(String),
    customer_type LowCardinality(String),
    device       LowCardinality(String),
    language     LowCardinality(String),
    motive       LowCardinality(String),
    journey_type LowCardinality(String),
    outcome      LowCardinality(String),
    data         String CODEC(ZSTD(1)),              -- JSON of the other declared fields and of the undeclared ones a source opted to keep
    batch        UInt64 CODEC(T64, ZSTD(1)),
    position     UInt64 CODEC(T64, ZSTD(1)),         -- place in the batch, in arrival order
    known_at     DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    INDEX batch_range batch TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (day, subject_hash, time)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- Who has been seen: the winning revision and content of each identity, for the verdict on what arrives.
-- rank = revision * 2^64 + (2^64 - 1 - content): the higher revision wins, then the smaller content hash.
CREATE TABLE IF NOT EXISTS identity
(
    identity UInt128,                                -- sipHash128(source, id)
    rank     SimpleAggregateFunction(max, UInt128),
    subject_hash SimpleAggregateFunction(any, UInt64)
)
ENGINE = AggregatingMergeTree
ORDER BY identity
SETTINGS index_granularity = 256;

-- Which days and subjects a key reaches: a subject reaches its own days, a record the subjects its events name.
CREATE TABLE IF NOT EXISTS reach
(
    key          UInt64,                             -- sipHash64(subject) or sipHash64(source, record)
    day          Date,
    subject_hash UInt64
)
ENGINE = ReplacingMergeTree
ORDER BY (key, day, subject_hash)
SETTINGS index_granularity = 1024;

-- The highest revision stored of each vendor record: events of that record with a lower one are retracted.
CREATE TABLE IF NOT EXISTS record
(
    record_hash UInt64,                              -- sipHash64(source, record)
    revision    SimpleAggregateFunction(max, UInt64)
)
ENGINE = AggregatingMergeTree
ORDER BY record_hash
SETTINGS index_granularity = 1024;
