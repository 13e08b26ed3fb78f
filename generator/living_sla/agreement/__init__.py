"""What was agreed: YAML in one folder becomes an `Agreement`."""
