"""What an order and its parcels add up to: stage, day, carrier, trail, sentences. Every form of telling asks here."""
