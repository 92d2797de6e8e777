"""Stand-ins for the systems around the gateway, served over one invented world."""
