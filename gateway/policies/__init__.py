"""Decisions about who may see and do what: pure functions over domain values."""
