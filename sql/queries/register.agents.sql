-- Which of some agents anything is known of: a register names them, they were signed in, or had a contact.
SELECT DISTINCT agent
FROM
(
    SELECT key AS agent FROM reference FINAL WHERE kind = 'agent' AND key IN {agents:Array(String)}
    UNION ALL SELECT agent FROM presence WHERE agent IN {agents:Array(String)}
    UNION ALL SELECT agent FROM stint WHERE agent IN {agents:Array(String)}
)
