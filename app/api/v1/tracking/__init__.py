"""Shipments and scans over the API."""
