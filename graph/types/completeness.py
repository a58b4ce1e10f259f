"""What fields tell beside their value: that it is not whole."""

from graph.context import Info


def tell_completeness(info: Info, *, is_complete: bool) -> None:
    """Names the field's place in `extensions.incomplete` where it is not complete."""
    if not is_complete:
        info.context.incomplete.append(info.path.as_list())
