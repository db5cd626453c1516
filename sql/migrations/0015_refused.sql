-- What a refused event would have said of its vendor record: a revision that is short of it takes nothing of it back (record.spared). A truth
-- like the log, and kept beside quarantine, which lets go of its lines after 30 days: what was known stands however long it takes.
-- Nothing is edited: that a line was stored in the end is another row.
CREATE TABLE IF NOT EXISTS refused
(
    batch       UInt64,                              -- which wrote this row: the line's own, or that of its replay
    line        UInt64,                              -- of quarantine
    record_hash UInt64,                              -- sipHash64(source, record)
    revision    UInt64,
    low UInt64, high UInt64,                         -- the halves of its identity (as in retired), 0 where its id could not be read
    settled     Bool                                 -- the line was stored
)
ENGINE = MergeTree
ORDER BY (batch, line)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
