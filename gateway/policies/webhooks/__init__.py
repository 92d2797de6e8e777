"""Which changes suppliers' systems are told of, and how long it is tried."""
