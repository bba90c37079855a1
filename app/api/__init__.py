"""The REST interface, outbound webhooks and health."""
