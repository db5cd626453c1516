-- The day of a contact's first event, before which no work on it lies, so that the work on the contacts of a week is looked for in that week, and
-- earlier for those alone that began earlier. Of rows written before it is 1970: they are looked for everywhere, until `apogee rebuild` writes them anew.
ALTER TABLE interaction ADD COLUMN IF NOT EXISTS first_day Date AFTER started_at;

-- In which days contacts were asked or closed, without reading every contact there ever was.
ALTER TABLE interaction
    ADD INDEX IF NOT EXISTS asked_range asked_at TYPE minmax GRANULARITY 1,
    ADD INDEX IF NOT EXISTS closed_range closed_at TYPE minmax GRANULARITY 1,
    ADD INDEX IF NOT EXISTS first_closed_range first_closed_at TYPE minmax GRANULARITY 1;

ALTER TABLE interaction MATERIALIZE INDEX asked_range;
ALTER TABLE interaction MATERIALIZE INDEX closed_range;
ALTER TABLE interaction MATERIALIZE INDEX first_closed_range;
