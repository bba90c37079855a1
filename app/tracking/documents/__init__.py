"""What an order document says of parcels, and the rows that come of it."""
