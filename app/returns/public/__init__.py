"""The page on which a shop says what can come back, made from the policy's own rules, for whoever has no order yet."""
