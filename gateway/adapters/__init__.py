"""The systems that the gateway asks: NOMIS's five services and the escort contractors."""
