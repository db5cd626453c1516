-- What was acknowledged is found again by these, and a start completes them for batches without facts only: they are on the disk before
-- the facts are said to be written, as the facts are. Otherwise a power cut may lose what was seen, and an event sent again counts twice.
ALTER TABLE identity MODIFY SETTING fsync_after_insert = 1, fsync_part_directory = 1;
ALTER TABLE reach MODIFY SETTING fsync_after_insert = 1, fsync_part_directory = 1;
ALTER TABLE record MODIFY SETTING fsync_after_insert = 1, fsync_part_directory = 1;
ALTER TABLE watermark MODIFY SETTING fsync_after_insert = 1, fsync_part_directory = 1;
ALTER TABLE person MODIFY SETTING fsync_after_insert = 1, fsync_part_directory = 1;
ALTER TABLE opening MODIFY SETTING fsync_after_insert = 1, fsync_part_directory = 1;
