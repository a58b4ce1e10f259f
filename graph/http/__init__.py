"""GraphQL over HTTP: from a request to its operation, and from a result to the answer."""
