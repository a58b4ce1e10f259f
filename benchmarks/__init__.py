"""Times the gateway beside what it could cost without GraphQL, and beside Strawberry as its documentation writes it.

It may import everything, and nothing imports it. `make bench` runs it; docs/performance.md tells how it measures.
"""
