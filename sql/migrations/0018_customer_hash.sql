-- Whom a row is about, and of which order or case it is, as 128 bits of its name (0 where none is said): what maturity compares and joins,
-- so that of millions of rows the names are not read. For rows written before, the engine writes it behind what goes on, and works it out as
-- they are read until then.
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

ALTER TABLE interaction MATERIALIZE COLUMN customer_hash, MATERIALIZE COLUMN case_hash;

ALTER TABLE `order` MATERIALIZE COLUMN customer_hash, MATERIALIZE COLUMN order_hash;

ALTER TABLE act MATERIALIZE COLUMN customer_hash, MATERIALIZE COLUMN order_hash;

ALTER TABLE touch MATERIALIZE COLUMN customer_hash;

ALTER TABLE rating MATERIALIZE COLUMN customer_hash;
