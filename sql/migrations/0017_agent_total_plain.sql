-- Totals of agents' days that hardly become smaller are kept as they are: unpacking them took half of the time a long period is read in.
-- What is stored changes as it is merged, or with a rebuild.
ALTER TABLE agent_day
    MODIFY COLUMN `share_total.gross` CODEC(NONE), MODIFY COLUMN `share_total.open` CODEC(NONE), MODIFY COLUMN `share_total.alone` CODEC(NONE),
    MODIFY COLUMN `share_total.equal` CODEC(NONE), MODIFY COLUMN `share_total.even` CODEC(NONE), MODIFY COLUMN `share_total.weighted` CODEC(NONE),
    MODIFY COLUMN `share_total.voiced` CODEC(NONE), MODIFY COLUMN `state_total.wall` CODEC(NONE), MODIFY COLUMN `state_total.free` CODEC(NONE),
    MODIFY COLUMN `state_total.several` CODEC(NONE), MODIFY COLUMN `state_total.voiced` CODEC(NONE), MODIFY COLUMN `state_total.linear` CODEC(NONE),
    MODIFY COLUMN `state_total.load` CODEC(NONE), MODIFY COLUMN `level_total.ms` CODEC(NONE), MODIFY COLUMN `pair_total.ms` CODEC(NONE);
