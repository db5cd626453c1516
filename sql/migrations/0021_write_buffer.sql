-- Each column that is written holds buffers of two megabytes, however little of it there is: a merge of `agent_day`, of ninety columns, took 350 MB
-- beside all else, which was most of what a long ingestion took more than a short one. Buffers that grow with what they hold take
-- 50 to 130 MB.
ALTER TABLE agent_day MODIFY SETTING min_columns_to_activate_adaptive_write_buffer = 1;
ALTER TABLE event MODIFY SETTING min_columns_to_activate_adaptive_write_buffer = 1;
ALTER TABLE interaction MODIFY SETTING min_columns_to_activate_adaptive_write_buffer = 1;
ALTER TABLE stay MODIFY SETTING min_columns_to_activate_adaptive_write_buffer = 1;
ALTER TABLE stint MODIFY SETTING min_columns_to_activate_adaptive_write_buffer = 1;
ALTER TABLE turn MODIFY SETTING min_columns_to_activate_adaptive_write_buffer = 1;
ALTER TABLE work MODIFY SETTING min_columns_to_activate_adaptive_write_buffer = 1;
