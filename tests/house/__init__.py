"""The habits of the house, checked over all of its code, every route and every lock."""
