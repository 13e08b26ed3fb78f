"""Judgements become pages, charts and files as text; pure: nothing is read, nothing is written."""
