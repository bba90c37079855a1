"""SendGrid: e-mail."""
