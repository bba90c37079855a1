"""Withdrawal from the contract: the statement, its period, and the order it speaks of."""
