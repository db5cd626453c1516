-- The next held lines with their encrypted payload, for a replay: few at a time, a payload may be a megabyte.
SELECT line, batch, connector, file, position, source, field, shown, expected, payload, whole
FROM quarantine
WHERE state = 'held'
    AND line > {after:UInt64}
    AND (empty({lines:Array(UInt64)}) OR line IN {lines:Array(UInt64)})
    AND line NOT IN (SELECT line FROM quarantine WHERE state != 'held')
ORDER BY line
LIMIT 200
