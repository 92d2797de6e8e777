"""Allocations: who runs and fills them, and what may be asked for."""
