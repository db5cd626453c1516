-- Customers a trigger wrote to, and those held out of it: an order within seven days?
{gained kind IN ('solicitation.sent', 'solicitation.withheld') AND rule != ''}
