-- Of the subjects of the present span those that are or were agents: few, so that little is read for them. Rows that are gone are among
-- them, whatever their version: a derivation that is done again after a crash finds them gone already. `said` are the statements of the
-- facts that may have been written (sql/agent_time.py).
INSERT INTO live_agent_said
SELECT DISTINCT subject_hash, day FROM ({said})
