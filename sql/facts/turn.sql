-- How long did a customer who wrote wait for a human answer?
-- Grain: one row for each turn: customer messages up to the next message of a human agent.
-- Touched by: the events of its interaction and nothing else.
-- A bot or an automatic message never ends a turn. A turn without an answer is censored at the final closing, if that comes after it.
-- queue: the one the first message names, or else the last one entered before it, or else the first one of the interaction.
SELECT
    toDate(asked_at) AS day, asked.subject_hash AS subject_hash, contact.interaction AS interaction, n,
    contact.source, contact.channel, contact.mode, contact.direction,
    multiIf(named != '', named, entered != '', entered, contact.queue) AS queue,
    replier AS agent,
    contact.customer, contact.brand, contact.segment, contact.customer_type, contact.device, contact.language, contact.motive,
    contact.journey_type,
    asked_at, replied_at,
    if(replied_at IS NULL AND contact.final_ord > asked_ord, contact.closed_at, NULL) AS closed_at,
    messages
FROM
(
    SELECT
        *, row_number() OVER (PARTITION BY subject_hash ORDER BY turn) AS n
    FROM
    (
        SELECT
            subject_hash, turn,
            countIf(NOT human) AS messages,
            minIf(ord, NOT human) AS asked_ord,
            minIf(time, NOT human) AS asked_at,
            minOrNullIf(time, human) AS replied_at,
            anyIf(agent, human) AS replier,
            argMinIf(queue, ord, NOT human) AS named,
            argMinIf(entered, ord, NOT human) AS entered
        FROM
        (
            SELECT
                subject_hash, ord, time, queue, agent, type, author = 'agent' AS human,
                countIf(type = 'interaction.message' AND author = 'agent') OVER before - (type = 'interaction.message' AND human) AS turn,
                argMaxIf(queue, ord, type = 'interaction.entered_queue') OVER before AS entered
            FROM live_event
            WHERE (type = 'interaction.message' AND (author = 'customer' OR (author = 'agent' AND NOT automatic)))
                OR (type = 'interaction.entered_queue'
                    AND subject_hash IN (SELECT subject_hash FROM live_event WHERE type = 'interaction.message' AND author = 'customer'))
            WINDOW before AS (PARTITION BY subject_hash ORDER BY ord ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
        )
        WHERE type = 'interaction.message'
        GROUP BY subject_hash, turn
        HAVING messages > 0
    )
) AS asked
INNER JOIN live_interaction AS contact ON contact.subject_hash = asked.subject_hash
