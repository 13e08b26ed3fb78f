"""A new project: questions are answered at a prompt, by options or in a spreadsheet, and become its files."""
