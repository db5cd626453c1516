-- Which contacts of a customer were one episode, over all channels?
-- Grain: one row for each run of contacts; the columns of a contact are those of the one that opened it.
-- Touched by: nothing. It is read anew from contacts and from who is one person, so that a late contact or merge needs no rewriting.
-- A run may go on for ever: the contacts of its first days are counted, so many as are asked for.
SELECT
    fromUnixTimestamp64Milli(run[1].1, 'UTC') AS opened_at,
    fromUnixTimestamp64Milli(run[1].3, 'UTC') AS quiet_at,   -- when the contact that opened it was last active
    arrayCount(step -> step.1 <= run[1].1 + 86400000 * {longest_d:UInt32}, run) AS contacts,
    arrayUniq(arrayFilter(used -> used != '', arraySlice(used_channels, 1, contacts))) AS channels,
    {columns}
FROM
(
    {runs}
)
ARRAY JOIN
    arraySplit((step, open) -> open, ordered, opens) AS run,
    arraySplit((used, open) -> open, channel_in, opens) AS used_channels,
    {joined}
