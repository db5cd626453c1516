-- That a subject has corrections was marked by a reach of 1970-01-01, which is a day like any other; it is the last day a Date holds now.
-- Of the old marks, those go that are not the day of an event too.
INSERT INTO reach SELECT key, toDate('2149-06-06'), subject_hash FROM reach WHERE day = toDate(0) AND key = subject_hash;
ALTER TABLE reach DELETE WHERE day = toDate(0) AND subject_hash NOT IN (SELECT subject_hash FROM event WHERE day = toDate(0))
SETTINGS mutations_sync = 2;
