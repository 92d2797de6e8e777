"""What may be asked for in an allocation, by whom, and who fills it."""
