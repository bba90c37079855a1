"""Exercises for new staff on the demo shop, recognised by what was really done."""
