-- Of the subjects of the present span those that are or were agents: few, so that little is read for them. Rows that are gone are among
-- them, whatever their version: a derivation that is done again after a crash finds them gone already.
INSERT INTO live_agent_said
WITH touched AS (SELECT day, subject_hash FROM live_span WHERE written)
SELECT subject_hash, day FROM presence WHERE (day, subject_hash) IN touched
UNION DISTINCT
SELECT subject_hash, day FROM capacity WHERE (day, subject_hash) IN touched
UNION DISTINCT
SELECT subject_hash, day FROM focus WHERE (day, subject_hash) IN touched
UNION DISTINCT
SELECT subject_hash, day FROM reference WHERE (day, subject_hash) IN touched AND kind = 'agent'
