"""From a query to ranked sentences with what matched in them."""
