"""Amazon Logistics."""
