"""What clients may ask: the GraphQL schema and its wire. The only room that knows Strawberry."""
