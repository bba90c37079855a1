"""What other systems are told: subscriptions, announcements, deliveries."""
