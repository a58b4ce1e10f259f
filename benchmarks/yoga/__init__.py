"""An optional peer that runs on Node: GraphQL Yoga with graphql-jit, written by hand."""
