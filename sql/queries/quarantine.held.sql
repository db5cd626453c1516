-- The lines held now, without their payload: the latest row of each line says what became of it.
SELECT
    line, min(quarantine.at) AS at, argMin(connector, quarantine.at) AS connector, argMin(file, quarantine.at) AS file,
    argMin(position, quarantine.at) AS position, argMin(source, quarantine.at) AS source, argMin(field, quarantine.at) AS field,
    argMin(shown, quarantine.at) AS shown, argMin(expected, quarantine.at) AS expected
FROM quarantine
WHERE empty({lines:Array(UInt64)}) OR line IN {lines:Array(UInt64)}
GROUP BY line
HAVING countIf(state != 'held') = 0
ORDER BY line
