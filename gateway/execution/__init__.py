"""Compiled operations: a document that comes again is turned into Python that answers it.

graphql-core stays the reference. Whatever is not plain sailing, in the document or in what its fields give, is answered
by it, over what has been loaded already.
"""
