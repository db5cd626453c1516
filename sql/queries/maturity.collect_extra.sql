-- Web orders collected in a store an hour ago at least: a purchase there by the same person within that hour?
SELECT at, called AS what, done_at AS stated_at, ifNull(bought_at <= done_at + toIntervalHour(1), 0) AS ok, 1 AS weight
FROM
(
    SELECT handed.called AS called, handed.done_at AS done_at, bought.placed_at AS bought_at
    FROM
    (
        SELECT {name `order`} AS called, who, site, assumeNotNull(collected_at) AS done_at FROM {rows order}
        WHERE channel = 'web' AND site != '' AND who != 0 AND collected_at IS NOT NULL
    ) AS handed
    ASOF LEFT JOIN
    (
        SELECT who, site, placed_at FROM {rows order}
        WHERE channel = 'store' AND who IN (SELECT who FROM {rows order} WHERE channel = 'web' AND collected_at IS NOT NULL)
    ) AS bought
        ON bought.who = handed.who AND bought.site = handed.site AND handed.done_at <= bought.placed_at
)
{within done_at}
WHERE done_at < at - toIntervalHour(1)
