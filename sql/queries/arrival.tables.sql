-- The working tables of the one writer: what has come in, with its hashes, and the verdict on it. Emptied before each batch.
DROP TABLE IF EXISTS staging;
DROP TABLE IF EXISTS arriving;
DROP TABLE IF EXISTS verdict;
CREATE TABLE staging
(
    position UInt64, part UInt32, day Date, subject String, time DateTime64(3, 'UTC'), sequence UInt64, type String, type_rank UInt8,
    source String, id String, revision UInt64, retracted Bool, record String, channel String, mode String, direction String, queue String,
    agent String, stint String, role String, customer String, case String, reason String, author String, message String,
    in_reply_to String, automatic Bool, relation String, to String, state String, domain String, team String, site String, brand String,
    segment String, customer_type String, device String, language String, motive String, journey_type String, outcome String, data String
)
ENGINE = Memory;
CREATE TABLE arriving
(
    position UInt64, part UInt32, source String, identity UInt128, subject_hash UInt64, content UInt64, rank UInt128
)
ENGINE = Memory;
CREATE TABLE verdict
(
    position UInt64, part UInt32, source String, subject_hash UInt64, content UInt64, again Bool, kind String, written Bool
)
ENGINE = Memory;
