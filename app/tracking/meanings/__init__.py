"""What carriers' codes mean to this shop, as a person said it."""
