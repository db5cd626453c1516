-- The facts (grains). Each is a pure function of the live events of one subject.
-- Durable like the log, because `derived` says that a batch's facts are written; a month left alone for five minutes is merged into one
-- part, where FINAL costs next to nothing.
-- version and gone: a derivation writes the rows that are and cancels the keys that vanished; readers use FINAL.
-- The first three columns of every fact are (day, subject_hash, its key...): the day is that of the stamp in UTC.
CREATE TABLE IF NOT EXISTS interaction
(
    day Date, subject_hash UInt64, interaction String CODEC(ZSTD(1)),
    source LowCardinality(String), channel LowCardinality(String), mode LowCardinality(String), direction LowCardinality(String),
    queue LowCardinality(String),                    -- the first queue entered
    agent String CODEC(ZSTD(1)),                     -- the first agent who accepted as primary
    customer String CODEC(ZSTD(1)), case String CODEC(ZSTD(1)),
    brand LowCardinality(String), segment LowCardinality(String), customer_type LowCardinality(String), device LowCardinality(String),
    language LowCardinality(String), motive LowCardinality(String), journey_type LowCardinality(String), outcome LowCardinality(String),
    started_at DateTime64(3, 'UTC'),
    queued_at Nullable(DateTime64(3, 'UTC')),        -- first entry into a queue
    answered_at Nullable(DateTime64(3, 'UTC')),      -- first acceptance by an agent as primary
    handed_off_at Nullable(DateTime64(3, 'UTC')),    -- last hand-off from a bot before the first human reply
    asked_at Nullable(DateTime64(3, 'UTC')),         -- first customer message
    replied_at Nullable(DateTime64(3, 'UTC')),       -- first human, non-automatic agent message at or after asked_at
    promised_at Nullable(DateTime64(3, 'UTC')),
    closed_at Nullable(DateTime64(3, 'UTC')),        -- the last closing, empty while open or reopened
    first_closed_at Nullable(DateTime64(3, 'UTC')),
    reopens UInt32,                                  -- closed, then reopened
    transfers UInt32,                                -- hand-overs to another queue or agent
    escalations UInt32,                              -- hand-overs to somebody outside the centre
    agents UInt32,                                   -- distinct agents who accepted
    messages_in UInt32, messages_out UInt32,         -- customer messages; human agent messages
    version UInt64, gone UInt8
)
ENGINE = ReplacingMergeTree(version, gone) PARTITION BY toYYYYMM(day) ORDER BY (day, subject_hash, interaction)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_age_to_force_merge_seconds = 300, min_age_to_force_merge_on_partition_only = 1;

CREATE TABLE IF NOT EXISTS stay
(
    day Date, subject_hash UInt64, interaction String CODEC(ZSTD(1)), queue LowCardinality(String),
    n UInt32,                                        -- 1, 2, 3… for the visits of one interaction to one queue
    source LowCardinality(String), channel LowCardinality(String), mode LowCardinality(String), direction LowCardinality(String),
    agent String CODEC(ZSTD(1)),                     -- who answered this stay, '' when nobody has
    customer String CODEC(ZSTD(1)),
    brand LowCardinality(String), segment LowCardinality(String), customer_type LowCardinality(String), device LowCardinality(String),
    language LowCardinality(String), motive LowCardinality(String), journey_type LowCardinality(String),
    entered_at DateTime64(3, 'UTC'), left_at Nullable(DateTime64(3, 'UTC')),
    reason LowCardinality(String),                   -- '' while waiting
    version UInt64, gone UInt8
)
ENGINE = ReplacingMergeTree(version, gone) PARTITION BY toYYYYMM(day) ORDER BY (day, subject_hash, interaction, queue, n)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_age_to_force_merge_seconds = 300, min_age_to_force_merge_on_partition_only = 1;

CREATE TABLE IF NOT EXISTS stint
(
    day Date, subject_hash UInt64, interaction String CODEC(ZSTD(1)), stint String CODEC(ZSTD(1)),
    source LowCardinality(String), channel LowCardinality(String), mode LowCardinality(String), direction LowCardinality(String),
    queue LowCardinality(String), agent String CODEC(ZSTD(1)), role LowCardinality(String), customer String CODEC(ZSTD(1)),
    brand LowCardinality(String), segment LowCardinality(String), customer_type LowCardinality(String), device LowCardinality(String),
    language LowCardinality(String), motive LowCardinality(String), journey_type LowCardinality(String),
    started_at DateTime64(3, 'UTC'),                 -- first event of the stint
    rang_at Nullable(DateTime64(3, 'UTC')), accepted_at Nullable(DateTime64(3, 'UTC')),
    released_at Nullable(DateTime64(3, 'UTC')), ended_at Nullable(DateTime64(3, 'UTC')),  -- ended: the last work interval closed
    ring_result LowCardinality(String),              -- accepted, declined, missed, '' when it did not ring or rings still
    ring_ms UInt64, talk_ms UInt64, hold_ms UInt64, wrap_ms UInt64,   -- closed intervals only, or as measured by the vendor
    measured Bool,
    version UInt64, gone UInt8
)
ENGINE = ReplacingMergeTree(version, gone) PARTITION BY toYYYYMM(day) ORDER BY (day, subject_hash, interaction, stint)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_age_to_force_merge_seconds = 300, min_age_to_force_merge_on_partition_only = 1;

CREATE TABLE IF NOT EXISTS turn
(
    day Date, subject_hash UInt64, interaction String CODEC(ZSTD(1)), n UInt32,
    source LowCardinality(String), channel LowCardinality(String), mode LowCardinality(String), direction LowCardinality(String),
    queue LowCardinality(String), agent String CODEC(ZSTD(1)), customer String CODEC(ZSTD(1)),     -- agent: who replied
    brand LowCardinality(String), segment LowCardinality(String), customer_type LowCardinality(String), device LowCardinality(String),
    language LowCardinality(String), motive LowCardinality(String), journey_type LowCardinality(String),
    asked_at DateTime64(3, 'UTC'), replied_at Nullable(DateTime64(3, 'UTC')),
    closed_at Nullable(DateTime64(3, 'UTC')),        -- the interaction closed before any reply: the wait is censored there
    messages UInt32,
    version UInt64, gone UInt8
)
ENGINE = ReplacingMergeTree(version, gone) PARTITION BY toYYYYMM(day) ORDER BY (day, subject_hash, interaction, n)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_age_to_force_merge_seconds = 300, min_age_to_force_merge_on_partition_only = 1;

CREATE TABLE IF NOT EXISTS work
(
    day Date, subject_hash UInt64, interaction String CODEC(ZSTD(1)), stint String CODEC(ZSTD(1)), n UInt32,
    source LowCardinality(String), channel LowCardinality(String), mode LowCardinality(String), direction LowCardinality(String),
    queue LowCardinality(String), agent String CODEC(ZSTD(1)), role LowCardinality(String), customer String CODEC(ZSTD(1)),
    brand LowCardinality(String), segment LowCardinality(String), customer_type LowCardinality(String), device LowCardinality(String),
    language LowCardinality(String), motive LowCardinality(String), journey_type LowCardinality(String),
    phase LowCardinality(String),                    -- ring, talk, hold, wrap, focus
    started_at DateTime64(3, 'UTC'), ended_at Nullable(DateTime64(3, 'UTC')),
    version UInt64, gone UInt8
)
ENGINE = ReplacingMergeTree(version, gone) PARTITION BY toYYYYMM(day) ORDER BY (day, subject_hash, interaction, stint, n)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_age_to_force_merge_seconds = 300, min_age_to_force_merge_on_partition_only = 1;

CREATE TABLE IF NOT EXISTS presence
(
    day Date, subject_hash UInt64, agent String CODEC(ZSTD(1)), domain LowCardinality(String), n UInt32,
    source LowCardinality(String),
    state LowCardinality(String),                    -- ready, busy, away, training… as the source names it; signed_in before any state
    started_at DateTime64(3, 'UTC'), ended_at Nullable(DateTime64(3, 'UTC')),
    version UInt64, gone UInt8
)
ENGINE = ReplacingMergeTree(version, gone) PARTITION BY toYYYYMM(day) ORDER BY (day, subject_hash, agent, domain, n)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_age_to_force_merge_seconds = 300, min_age_to_force_merge_on_partition_only = 1;

CREATE TABLE IF NOT EXISTS rating
(
    day Date, subject_hash UInt64, interaction String CODEC(ZSTD(1)), rating UInt64,   -- sipHash64(source, id) of its event
    source LowCardinality(String), channel LowCardinality(String), mode LowCardinality(String), direction LowCardinality(String),
    queue LowCardinality(String), agent String CODEC(ZSTD(1)), customer String CODEC(ZSTD(1)),
    brand LowCardinality(String), segment LowCardinality(String), customer_type LowCardinality(String), device LowCardinality(String),
    language LowCardinality(String), motive LowCardinality(String), journey_type LowCardinality(String),
    instrument LowCardinality(String), scale UInt16, score Float64, moment LowCardinality(String),
    given_at DateTime64(3, 'UTC'),
    version UInt64, gone UInt8
)
ENGINE = ReplacingMergeTree(version, gone) PARTITION BY toYYYYMM(day) ORDER BY (day, subject_hash, interaction, rating)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_age_to_force_merge_seconds = 300, min_age_to_force_merge_on_partition_only = 1;

CREATE TABLE IF NOT EXISTS `order`
(
    day Date, subject_hash UInt64, `order` String CODEC(ZSTD(1)),
    source LowCardinality(String), channel LowCardinality(String), customer String CODEC(ZSTD(1)), site LowCardinality(String),
    brand LowCardinality(String), segment LowCardinality(String), customer_type LowCardinality(String), device LowCardinality(String),
    language LowCardinality(String),
    amount_cents Int64, currency LowCardinality(String), refunded_cents Int64,
    placed_at DateTime64(3, 'UTC'), promised_at Nullable(DateTime64(3, 'UTC')), cancelled_at Nullable(DateTime64(3, 'UTC')),
    ready_at Nullable(DateTime64(3, 'UTC')), collected_at Nullable(DateTime64(3, 'UTC')), delivered_at Nullable(DateTime64(3, 'UTC')),
    returned_at Nullable(DateTime64(3, 'UTC')), refunded_at Nullable(DateTime64(3, 'UTC')),
    version UInt64, gone UInt8
)
ENGINE = ReplacingMergeTree(version, gone) PARTITION BY toYYYYMM(day) ORDER BY (day, subject_hash, `order`)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_age_to_force_merge_seconds = 300, min_age_to_force_merge_on_partition_only = 1;

CREATE TABLE IF NOT EXISTS touch
(
    day Date, subject_hash UInt64, touch UInt64, subject String CODEC(ZSTD(1)),
    source LowCardinality(String), kind LowCardinality(String),   -- the event type: touch.seen, solicitation.sent, session.visited…
    channel LowCardinality(String), customer String CODEC(ZSTD(1)), agent String CODEC(ZSTD(1)), site LowCardinality(String),
    brand LowCardinality(String), device LowCardinality(String),
    seen_at DateTime64(3, 'UTC'),
    version UInt64, gone UInt8
)
ENGINE = ReplacingMergeTree(version, gone) PARTITION BY toYYYYMM(day) ORDER BY (day, subject_hash, touch)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_age_to_force_merge_seconds = 300, min_age_to_force_merge_on_partition_only = 1;

CREATE TABLE IF NOT EXISTS cost
(
    day Date, subject_hash UInt64, cost UInt64, subject String CODEC(ZSTD(1)),
    source LowCardinality(String), channel LowCardinality(String), team LowCardinality(String), site LowCardinality(String),
    brand LowCardinality(String), category LowCardinality(String), amount_cents Int64, currency LowCardinality(String),
    booked_at DateTime64(3, 'UTC'),
    version UInt64, gone UInt8
)
ENGINE = ReplacingMergeTree(version, gone) PARTITION BY toYYYYMM(day) ORDER BY (day, subject_hash, cost)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_age_to_force_merge_seconds = 300, min_age_to_force_merge_on_partition_only = 1;

-- Reference: who and what exists, each statement valid from its time until the next about the same (kind, key).
CREATE TABLE IF NOT EXISTS reference
(
    day Date, subject_hash UInt64, kind LowCardinality(String), key String CODEC(ZSTD(1)), statement UInt64,
    valid_from DateTime64(3, 'UTC'), sequence UInt64,
    name String, team LowCardinality(String), site LowCardinality(String), brand LowCardinality(String), channel LowCardinality(String),
    calendar LowCardinality(String), zone LowCardinality(String), data String,
    version UInt64, gone UInt8
)
ENGINE = ReplacingMergeTree(version, gone) PARTITION BY toYYYYMM(day) ORDER BY (day, subject_hash, kind, key, statement)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_age_to_force_merge_seconds = 300, min_age_to_force_merge_on_partition_only = 1;

-- Statements that two customer ids are one person (into) or no longer (into = '').
CREATE TABLE IF NOT EXISTS link
(
    day Date, subject_hash UInt64, customer String CODEC(ZSTD(1)), link UInt64,
    into String CODEC(ZSTD(1)), linked_at DateTime64(3, 'UTC'), sequence UInt64,
    version UInt64, gone UInt8
)
ENGINE = ReplacingMergeTree(version, gone) PARTITION BY toYYYYMM(day) ORDER BY (day, subject_hash, customer, link)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_age_to_force_merge_seconds = 300, min_age_to_force_merge_on_partition_only = 1;

-- Recomputed whole whenever a link changes: each customer id that is not its own person, and the person's id.
CREATE TABLE IF NOT EXISTS person
(
    customer String, person String
)
ENGINE = MergeTree ORDER BY customer;

-- Recomputed whole whenever a calendar changes: opening intervals in UTC and the open seconds before each.
CREATE TABLE IF NOT EXISTS opening
(
    calendar LowCardinality(String), opens_at DateTime64(3, 'UTC'), closes_at DateTime64(3, 'UTC'), before_s Float64
)
ENGINE = MergeTree ORDER BY (calendar, opens_at);
