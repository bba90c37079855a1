"""Spee-Dee Delivery."""
