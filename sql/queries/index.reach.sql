-- Which days each subject and each record reaches, from stored events.
INSERT INTO reach
SELECT DISTINCT
    arrayJoin(if(record = '', [subject_hash], [subject_hash, sipHash64(source, record)])) AS key, day, subject_hash
FROM arriving
