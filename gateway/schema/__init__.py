"""The schema: declarations and descriptions only, one file for each noun."""
