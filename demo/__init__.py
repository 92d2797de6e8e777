"""The demonstration: an invented world, loaded into a store and served by real processes."""
