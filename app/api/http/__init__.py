"""How the API speaks: operations, problems, idempotency, pages, its description."""
