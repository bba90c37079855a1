"""How a customer comes to an order: number and e-mail, link, code, account; and what limits guessing."""
