"""E-mails, stage by stage."""
