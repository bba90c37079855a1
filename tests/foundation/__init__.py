"""Tests of what all rooms stand on: core, events, server."""
