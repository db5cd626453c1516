-- Of refused lines what they say of vendor records.
INSERT INTO refused (batch, line, record_hash, revision, low, high, settled)
SELECT
    {batch:UInt64} AS batch,
    line,
    sipHash64(source, record) AS record_hash,
    revision,
    if(id = '', 0, toUInt64(reinterpretAsUInt128(sipHash128(source, id)))) AS low,
    if(id = '', 0, toUInt64(bitShiftRight(reinterpretAsUInt128(sipHash128(source, id)), 64))) AS high,
    false AS settled
FROM arriving
