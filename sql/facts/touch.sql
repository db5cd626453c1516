-- Where did a customer meet the company outside a contact: visits, solicitations, leads, appointments?
-- Grain: one row for each live event of these types.
-- Touched by: that event and nothing else.
SELECT
    day, subject_hash, mark AS touch, subject,
    source, type AS kind, channel,
    if(startsWith(subject, 'customer/'), substring(subject, 10), customer) AS customer,
    agent, site, brand, device,
    time AS seen_at
FROM live_event
WHERE type IN ('touch.seen', 'session.visited', 'lead.opened') OR startsWith(type, 'solicitation.') OR startsWith(type, 'appointment.')
