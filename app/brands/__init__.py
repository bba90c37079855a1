"""The shop's own house: who it is, where, and in which words and languages it speaks."""
