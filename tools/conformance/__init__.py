"""The conformance report (EN 301 549 V3.2.1), made from what the tests show."""
