"""Tests of api, webhooks_out."""
