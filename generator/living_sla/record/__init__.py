"""What happened: CSV files in one folder become a `Record`."""
