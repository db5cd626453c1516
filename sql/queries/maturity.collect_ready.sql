-- Web orders to collect, promised by now: ready in time?
SELECT at, called AS what, due_at AS stated_at, ifNull(ready_at <= due_at, 0) AS ok, 1 AS weight
FROM
(
    SELECT {name `order`} AS called, assumeNotNull(promised_at) AS due_at, ready_at
    FROM {rows order}
    WHERE channel = 'web' AND site != '' AND promised_at IS NOT NULL AND ifNull(cancelled_at >= promised_at, 1)
)
{within due_at}
