"""Shopify's webhooks: orders as order documents, and what tells of an order as a hint to it."""
