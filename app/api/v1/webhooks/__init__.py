"""Subscriptions and deliveries over the API."""
