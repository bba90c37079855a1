"""A return that a member makes for a customer: the customer's own steps, with the policy's answer as advice."""
