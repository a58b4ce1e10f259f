"""What a configuration would run, for `invoice-graph check-config`. Shows no secret."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from rich import box
from rich.table import Table
from rich.text import Text

from graph.documents.trusted_documents import read_trusted_documents
from service.settings import AuthSettings, Settings

_LOGIN = re.compile(r"//(?P<user>[^:@/?]*):(?P<password>.*)@(?P<place>.*)")


def overview(settings: Settings) -> Iterator[str]:
    """A line for each thing that an operator wants to see before a start. Raises TrustedDocumentsError."""
    server, graph, limits = settings.server, settings.graph, settings.limits
    yield f"Listens on {server.host}:{server.port}, seen as {server.public_url}. Workers: {server.workers}."
    yield f"Authentication: {_authentication(settings.auth)}. Secret keys: {len(server.secret_keys)}."
    within = ", within trusted documents only" if graph.trusted_documents else ""
    explorer, introspection = _on(graph.explorer, within), _on(settings.introspection, within)
    yield f"Explorer: {explorer}. Introspection: {introspection}. Explain: {graph.explain}."
    if graph.trusted_documents:
        count = len(read_trusted_documents(Path(graph.trusted_documents)))
        yield f"Trusted documents: {count}, and nothing else runs."
    yield f"Directory: {without_password(settings.directory.url.get_secret_value())}"
    yield f"Cache: {without_password(settings.cache.url.get_secret_value())}"
    yield f"An operation: {server.deadline_seconds:g} s and {limits.upstream_calls} upstream calls at most."


def sources(settings: Settings) -> Table:
    """The sources, a line each."""
    table = Table(box=box.SIMPLE)
    for heading in ("Source", "Kind", "Address", "Currency", "Time zone"):
        table.add_column(heading, overflow="fold")
    for name, source in settings.sources.items():
        cells = (name, source.kind, source.base_url, source.currency or "-", source.time_zone)
        table.add_row(*(Text(cell) for cell in cells))
    return table


def _authentication(auth: AuthSettings) -> str:
    if auth.mode == "none":
        return "none, everybody is staff"
    return (
        f"{auth.mode}, tokens of {auth.issuer} for {auth.audience}, signed by {' or '.join(auth.algorithms)} "
        f"with the keys at {auth.jwks_url}; customers in {auth.customer_claim}, roles in {auth.roles_claim}"
    )


def without_password(url: str) -> str:
    """The URL with `***` in the place of a password, and without its query, which may hold one too.

    Behind a password with a question mark nothing is shown: nobody can tell where it ends.
    """
    login = _LOGIN.search(url)
    if login is None:
        return url.partition("?")[0]
    place = "" if "?" in login["password"] else f"@{login['place'].partition('?')[0]}"
    return f"{url[: login.start()]}//{login['user']}:***{place}"


def _on(is_on: bool, within: str) -> str:
    return f"on{within}" if is_on else "off"
