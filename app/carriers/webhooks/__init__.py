"""Carriers telling us: endpoints, signatures, understanding."""
