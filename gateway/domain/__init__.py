"""The words of the field as plain values: no I/O, no framework, nothing of ours above it."""
