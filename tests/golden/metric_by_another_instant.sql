SELECT
    countIf(reason = 'answered') AS answered_top
FROM stay FINAL
WHERE
    day IN (SELECT day FROM stay WHERE left_at >= {since:DateTime64(3, 'UTC')} AND left_at < {until:DateTime64(3, 'UTC')}) AND
    left_at >= {since:DateTime64(3, 'UTC')} AND
    left_at < {until:DateTime64(3, 'UTC')}
