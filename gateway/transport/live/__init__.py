"""Subscriptions: shared executions, and the two transports that carry them, WebSocket and server-sent events."""
