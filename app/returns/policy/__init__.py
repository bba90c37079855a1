"""What can come back and on which terms: rules, reasons, decision, quote."""
