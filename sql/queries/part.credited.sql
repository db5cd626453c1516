-- What the ledger of credits says of each order: what is due for it (nothing once it is cancelled, less what was paid back) and what was
-- given. What happened within the last day may still be booked. Of orders that nobody placed all that was given is too much.
SELECT at, called, thing, stated_at, stands, due_cents, given_cents, several
FROM
(
    SELECT
        at, called, thing, placed_at AS stated_at, cancelled_at IS NULL AS stands,
        if(stands, amount_cents - if(refunded_at IS NULL, 0, refunded_cents), 0) AS due_cents,
        ifNull(sum_cents, 0) AS given_cents, ifNull(several, 0) AS several
    FROM
    (
        SELECT
            at, {name `order`} AS called, thing, placed_at, amount_cents, refunded_cents,
            if(sold.cancelled_at < at, sold.cancelled_at, NULL) AS cancelled_at,
            if(sold.refunded_at < at, sold.refunded_at, NULL) AS refunded_at
        FROM {rows order} AS sold {within placed_at}
    ) AS bought
    LEFT JOIN (SELECT at, thing, sum_cents, several FROM {given}) AS given USING (at, thing)
    WHERE greatest(placed_at, ifNull(cancelled_at, placed_at), ifNull(refunded_at, placed_at)) < at - toIntervalDay(1)
        AND (stands OR sum_cents IS NOT NULL)
    UNION ALL
    SELECT at, called, thing, given_at AS stated_at, 0 AS stands, 0 AS due_cents, sum_cents AS given_cents, several
    FROM {given}
    WHERE given_at >= at - toIntervalDay({days}) AND given_at < at - toIntervalDay(1) AND thing NOT IN
        (SELECT order_hash FROM {db}`order` FINAL WHERE order_hash IN (SELECT thing FROM {rows act} WHERE kind = 'credit.given'))
)
WHERE at IN (SELECT at FROM (SELECT acted_at FROM {rows act} WHERE kind = 'credit.given') {within acted_at})
