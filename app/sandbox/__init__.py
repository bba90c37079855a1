"""A believable stand-in for every port: demo shop, carrier, phone and mailbox."""
