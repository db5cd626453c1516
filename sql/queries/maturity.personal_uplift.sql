-- Customers a rule decided about, treated and held out: an order within seven days?
{gained kind = 'personalisation.decided'}
