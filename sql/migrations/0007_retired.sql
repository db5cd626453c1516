-- Events whose retention has ended: nothing of them but that they were here, so that a replay of old files meets something it knows, and
-- that no vendor record comes to life again in an older revision. A truth like the log: nothing else can tell it.
CREATE TABLE IF NOT EXISTS retired
(
    batch       UInt64,                              -- in which it came
    low UInt64, high UInt64,                         -- the halves of its identity, sipHash128(source, id): Arrow has no such number
    identity    UInt128 ALIAS bitShiftLeft(toUInt128(high), 64) + low,
    record_hash UInt64,                              -- sipHash64(source, record), 0 where there is none
    revision    UInt64                               -- the highest it had
)
ENGINE = MergeTree
ORDER BY (high, low)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 1024;
