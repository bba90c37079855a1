"""A policy in words: names of its parts, clauses of conditions, sentences of rules, in the reader's language."""
