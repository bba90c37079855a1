"""What of policies is stored or read from rows: versions, the one an order was bought under, a customer's history."""
