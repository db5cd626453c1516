-- Customers a model led to act upon, treated and held out: an order within seven days?
{gained kind = 'personalisation.decided' AND model != ''}
