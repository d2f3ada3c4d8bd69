"""Money: no call is sent before the most it can cost has been reserved in every budget that covers it."""
