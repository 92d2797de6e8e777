"""The secure move gateway."""
