"""Amazon's Selling Partner API: orders as order documents, notifications and parts of orders as hints."""
