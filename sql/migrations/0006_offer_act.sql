-- What maturity is earned from: what is offered where (prices, promotions, stock as stated, shown and counted), and what the company does
-- and decides (credits, decisions, meetings, projects, personal messages, models) with what customers tell it about themselves.
CREATE TABLE IF NOT EXISTS offer
(
    day Date, subject_hash UInt64, offer UInt64,     -- sipHash64(source, id) of its event
    kind LowCardinality(String),                     -- offer.priced, offer.promoted, offer.stocked, offer.shown, offer.counted
    source LowCardinality(String), channel LowCardinality(String), site LowCardinality(String), brand LowCardinality(String),
    product LowCardinality(String), promotion LowCardinality(String),
    price_cents Nullable(Int64), quantity Nullable(Float64),
    available Bool, listed Bool, central Bool,       -- shown as available; a listed exception; promoted by the central team
    age_s Nullable(Float64),                         -- how old the stock was that was shown
    stated_at DateTime64(3, 'UTC'),
    version UInt64, gone UInt8
)
ENGINE = ReplacingMergeTree(version, gone) PARTITION BY toYYYYMM(day) ORDER BY (day, subject_hash, offer)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_age_to_force_merge_seconds = 300, min_age_to_force_merge_on_partition_only = 1;

CREATE TABLE IF NOT EXISTS act
(
    day Date, subject_hash UInt64, act UInt64,       -- sipHash64(source, id) of its event
    kind LowCardinality(String),                     -- the event type
    key String CODEC(ZSTD(1)),                       -- the id in its subject
    source LowCardinality(String), channel LowCardinality(String), customer String CODEC(ZSTD(1)), agent String CODEC(ZSTD(1)),
    site LowCardinality(String), brand LowCardinality(String), reason LowCardinality(String),
    `order` String CODEC(ZSTD(1)),                   -- the order it is about
    rule LowCardinality(String), arm LowCardinality(String), party LowCardinality(String), model LowCardinality(String),
    value LowCardinality(String),                    -- of a consent: granted or refused; of a profile: the preferred channel; else the verdict
    amount_cents Int64,
    acted_at DateTime64(3, 'UTC'),
    data String CODEC(ZSTD(1)),
    version UInt64, gone UInt8
)
ENGINE = ReplacingMergeTree(version, gone) PARTITION BY toYYYYMM(day) ORDER BY (day, subject_hash, act)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_age_to_force_merge_seconds = 300, min_age_to_force_merge_on_partition_only = 1;
