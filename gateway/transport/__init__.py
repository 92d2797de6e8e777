"""HTTP in front of the graph: requests, answers, authentication, limits and health."""
