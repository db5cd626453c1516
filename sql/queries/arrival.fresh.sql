-- Whether every staged event is new: none comes twice, and none of those that may have been stored before was.
SELECT
    (SELECT count() = uniqExact(identity) FROM staging)
    AND (SELECT count() FROM identity WHERE identity IN (SELECT identity FROM staging WHERE position IN {suspects:Array(UInt64)})) = 0
