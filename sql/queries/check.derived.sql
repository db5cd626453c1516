-- Batches acknowledged against batches whose facts are written, and rows of batches that have no line.
SELECT
    (SELECT toInt64(uniqExact(batch)) FROM batch) AS acknowledged,
    (SELECT toInt64(uniqExact(batch)) FROM derived WHERE batch IN (SELECT batch FROM batch)) AS derived,
    (SELECT toInt64(count()) FROM event WHERE batch NOT IN (SELECT batch FROM batch))
        + (SELECT toInt64(count()) FROM quarantine WHERE batch NOT IN (SELECT batch FROM batch))
        + (SELECT toInt64(count()) FROM refused WHERE batch NOT IN (SELECT batch FROM batch)) AS orphans
