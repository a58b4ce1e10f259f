"""What happens to every request, one concern a module; plain ASGI, so that no body is held twice."""
