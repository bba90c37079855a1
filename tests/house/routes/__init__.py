"""What holds on every route, whoever comes and whatever they send."""
