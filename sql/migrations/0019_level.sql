-- A part that was just inserted is one file instead of one or more for each of some forty to two hundred columns: making, syncing and removing
-- them took a tenth of the processor's time of an ingest, and more by the clock. What has been merged, be it on its way in, has a
-- file for each column, as before.
ALTER TABLE event MODIFY SETTING min_level_for_wide_part = 1;
ALTER TABLE interaction MODIFY SETTING min_level_for_wide_part = 1;
ALTER TABLE stay MODIFY SETTING min_level_for_wide_part = 1;
ALTER TABLE stint MODIFY SETTING min_level_for_wide_part = 1;
ALTER TABLE turn MODIFY SETTING min_level_for_wide_part = 1;
ALTER TABLE work MODIFY SETTING min_level_for_wide_part = 1;
ALTER TABLE act MODIFY SETTING min_level_for_wide_part = 1;
ALTER TABLE agent_day MODIFY SETTING min_level_for_wide_part = 1;
