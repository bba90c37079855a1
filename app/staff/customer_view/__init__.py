"""Seeing what the customer sees: their own pages, made by their own views, in which nothing can be pressed."""
