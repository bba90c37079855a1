"""Delivery-experience figures: definitions, dashboards, exports."""
