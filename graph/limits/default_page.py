"""How long a page is where the client does not say: no longer than the longest that it may ask for."""

from graphql import GraphQLSchema, is_object_type

_SIZE_ARGUMENT = "first"


def bound_default_pages(schema: GraphQLSchema, page_size: int) -> None:
    """Lowers the default of every list's `first` to the page size, so that introspection tells what holds, too."""
    for type_ in schema.type_map.values():
        if is_object_type(type_):
            for field in type_.fields.values():
                size = field.args.get(_SIZE_ARGUMENT)
                if size is not None:
                    size.default_value = min(size.default_value, page_size)
