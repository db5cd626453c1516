-- Whether any capacity of the agent is known in the row of agent_day: with nothing in hand, no weight of it tells. Rows written before say
-- no; they are made anew as their days are touched, or all at once by a rebuild.
ALTER TABLE agent_day ADD COLUMN IF NOT EXISTS stated UInt8 DEFAULT 0;
