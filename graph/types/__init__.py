"""The schema's types. The canonical Structs flow through them as they are: a plain field is a plain attribute."""
