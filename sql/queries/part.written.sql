-- Each message with what its receiver had said that covers it, in order: about its purpose or none, about its channel or none. A message
-- that names no purpose is marketing; of two words at one instant a refusal is the later.
SELECT called, who, acted_at,
    arrayFilter(w -> w.1 <= acted_at AND (w.3 = '' OR w.3 = aim) AND (w.4 = '' OR w.4 = channel), words) AS said
FROM
(
    SELECT {name customer} AS called, who, acted_at, toString(channel) AS channel, if(purpose = '', 'marketing', purpose) AS aim
    FROM {rows act}
    WHERE kind = 'solicitation.sent' AND acted_at >= arrayMin({ats}) - toIntervalDay({days})
) AS sent
LEFT JOIN
(
    SELECT who, arraySort(groupArray((acted_at, value != 'granted', purpose, toString(channel)))) AS words
    FROM {ever act}
    WHERE kind = 'customer.consent' AND value != ''
    GROUP BY who
) AS told USING who
