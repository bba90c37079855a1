"""Asking for a return: the steps, their forms, pages and views."""
