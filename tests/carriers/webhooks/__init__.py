"""Tests of carriers, webhooks."""
