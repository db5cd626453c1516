-- Disputes: days until they were settled.
SELECT at, key AS what, disputed_at AS stated_at, ifNull(settled_at < at, 0) AS ok, {waited disputed_at settled_at} AS weight
FROM
(
    SELECT
        key, assumeNotNull(minOrNullIf(acted_at, kind = 'credit.disputed')) AS disputed_at,
        minOrNullIf(acted_at, kind = 'credit.settled') AS settled_at
    FROM {rows act}
    WHERE kind IN ('credit.disputed', 'credit.settled')
    GROUP BY key
    HAVING countIf(kind = 'credit.disputed') > 0
)
{within disputed_at}
