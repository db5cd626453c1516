-- Local promotions: relayed by the centre on two digital channels, for their store, before they began?
SELECT
    at, key AS what, starts_at AS stated_at,
    in_site != '' AND arrayUniq(arrayMap(l -> l.1, arrayFilter(l -> l.4 AND l.2 < starts_at AND (l.3 = '' OR l.3 = in_site)
        AND l.1 IN ('web', 'app', 'email', 'sms', 'social', 'messaging'), live))) >= 2 AS ok, 1 AS weight
FROM {begun}
WHERE local
