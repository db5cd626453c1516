-- Had the customer been in contact shortly before this contact?
-- Grain: one row for each contact of a journey (journey.sql).
-- Touched by: nothing, as a journey is.
SELECT
    fromUnixTimestamp64Milli(step.1, 'UTC') AS started_at,
    NOT open AS again,                                       -- it goes on with a journey
    {columns}
FROM
(
    {runs}
)
ARRAY JOIN
    ordered AS step,
    opens AS open,
    {joined}
