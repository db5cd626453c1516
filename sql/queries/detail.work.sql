-- What one agent worked on in a period, stretch by stretch: each that has begun before its end and not ended before its beginning.
-- Rows outside what the viewer may see do not come back.
SELECT work.subject_hash AS contact, interaction, stint, channel, queue, role, phase, started_at, ended_at
FROM work FINAL
WHERE day >= {first:Date} AND day <= toDate({until:DateTime64(3, 'UTC')}) AND agent = {agent:String} AND phase IN ('ring', 'talk', 'hold', 'wrap')
    AND started_at < {until:DateTime64(3, 'UTC')} AND (ended_at IS NULL OR ended_at > {since:DateTime64(3, 'UTC')}) {seen}
ORDER BY started_at, stint, n
