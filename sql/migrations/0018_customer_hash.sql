-- Whom a row is about, and of which order or case it is, as 128 bits of its name (0 where none is said): what maturity compares and joins,
-- so that of millions of rows the names, which are long, are not read. Of rows written before it is worked out as they are read, until they
-- are merged.
ALTER TABLE interaction
    ADD COLUMN IF NOT EXISTS customer_hash UInt128 MATERIALIZED if(customer = '', 0, reinterpretAsUInt128(sipHash128(customer))),
    ADD COLUMN IF NOT EXISTS case_hash UInt128 MATERIALIZED if(`case` = '', 0, reinterpretAsUInt128(sipHash128(`case`)));

ALTER TABLE `order`
    ADD COLUMN IF NOT EXISTS customer_hash UInt128 MATERIALIZED if(customer = '', 0, reinterpretAsUInt128(sipHash128(customer))),
    ADD COLUMN IF NOT EXISTS order_hash UInt128 MATERIALIZED if(`order` = '', 0, reinterpretAsUInt128(sipHash128(`order`)));

ALTER TABLE act
    ADD COLUMN IF NOT EXISTS customer_hash UInt128 MATERIALIZED if(customer = '', 0, reinterpretAsUInt128(sipHash128(customer))),
    ADD COLUMN IF NOT EXISTS order_hash UInt128 MATERIALIZED if(`order` = '', 0, reinterpretAsUInt128(sipHash128(`order`)));

ALTER TABLE touch
    ADD COLUMN IF NOT EXISTS customer_hash UInt128 MATERIALIZED if(customer = '', 0, reinterpretAsUInt128(sipHash128(customer)));

ALTER TABLE rating
    ADD COLUMN IF NOT EXISTS customer_hash UInt128 MATERIALIZED if(customer = '', 0, reinterpretAsUInt128(sipHash128(customer)));
