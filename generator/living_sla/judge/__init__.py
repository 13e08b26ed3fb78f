"""What was agreed and what happened become verdicts; pure: no file, clock, process or environment is read."""
