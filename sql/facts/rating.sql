-- What did customers say about a contact?
-- Grain: one row for each live feedback.given with a score.
-- Touched by: the events of its interaction and nothing else.
-- What the contact was like is taken from the interaction; where that is unknown, from the answer itself.
SELECT
    said.day AS day, said.subject_hash AS subject_hash, substring(said.subject, position(said.subject, '/') + 1) AS interaction,
    said.mark AS rating, said.source AS source,
    if(ifNull(contact.channel, '') = '', said.channel, contact.channel) AS channel,
    if(ifNull(contact.mode, '') = '', said.mode, contact.mode) AS mode,
    if(ifNull(contact.direction, '') = '', said.direction, contact.direction) AS direction,
    if(said.queue = '', ifNull(contact.queue, ''), said.queue) AS queue,
    if(said.agent = '', ifNull(contact.agent, ''), said.agent) AS agent,
    if(ifNull(contact.customer, '') = '', said.customer, contact.customer) AS customer,
    if(ifNull(contact.brand, '') = '', said.brand, contact.brand) AS brand,
    if(ifNull(contact.segment, '') = '', said.segment, contact.segment) AS segment,
    if(ifNull(contact.customer_type, '') = '', said.customer_type, contact.customer_type) AS customer_type,
    if(ifNull(contact.device, '') = '', said.device, contact.device) AS device,
    if(ifNull(contact.language, '') = '', said.language, contact.language) AS language,
    if(ifNull(contact.motive, '') = '', said.motive, contact.motive) AS motive,
    if(ifNull(contact.journey_type, '') = '', said.journey_type, contact.journey_type) AS journey_type,
    JSONExtractString(said.data, 'instrument') AS instrument,
    -- a scale that is no whole number is none we know
    toUInt16(if((JSONExtract(said.data, 'scale', 'Float64') AS told) = floor(told) AND told BETWEEN 0 AND 65535, told, 0)) AS scale,
    assumeNotNull(JSONExtract(said.data, 'score', 'Nullable(Float64)') AS given) AS score,
    JSONExtractString(said.data, 'moment') AS moment,
    said.time AS given_at
FROM live_event AS said
LEFT JOIN live_interaction AS contact ON contact.subject_hash = said.subject_hash
WHERE said.type = 'feedback.given' AND given IS NOT NULL
