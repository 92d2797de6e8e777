"""Thin resolvers: GraphQL arguments in, a service call, domain values out."""
