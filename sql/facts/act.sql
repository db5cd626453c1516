-- What did the company do and decide, and what did customers tell it about themselves?
-- Grain: one row for each live event of these types.
-- Touched by: that event and nothing else.
SELECT
    day, subject_hash, mark AS act, type AS kind, substring(subject, position(subject, '/') + 1) AS key, source, channel,
    if(startsWith(subject, 'customer/'), substring(subject, 10), customer) AS customer,
    agent, site, brand, reason,
    if(startsWith(subject, 'order/'), substring(subject, 7), JSONExtractString(data, 'order')) AS `order`,
    JSONExtractString(data, 'rule') AS rule, JSONExtractString(data, 'arm') AS arm, JSONExtractString(data, 'party') AS party,
    JSONExtractString(data, 'model') AS model,
    multiIf(
        type = 'customer.consent', JSONExtractString(data, 'consent'),
        type = 'customer.profile', JSONExtractString(data, 'preferred_channel'),
        JSONExtractString(data, 'verdict')
    ) AS value,
    ifNull(toInt64(round(toDecimal128OrNull(JSONExtractString(data, 'amount'), 12), 2) * 100), 0) AS amount_cents,
    time AS acted_at,
    data
FROM live_event
WHERE multiSearchAny(type, ['personalisation.', 'solicitation.', 'credit.', 'identity.', 'decision.', 'meeting.', 'project.', 'promotion.'])
    OR type IN ('customer.identified', 'customer.consent', 'customer.profile', 'order.assisted', 'order.delayed', 'order.warned',
        'order.redeemed', 'order.cancelled', 'order.returned', 'kpi.reported', 'model.scored', 'model.tested')
