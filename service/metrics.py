"""`GET /metrics`: what this process counts, as Prometheus reads it, for staff and for whoever has the token for it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from secrets import compare_digest

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Metric, generate_latest
from prometheus_client.registry import Collector
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from graph.http.refused import refusal
from resolvers.model.errors import Unauthenticated
from service.middleware.host_list import HostList
from service.parts import Parts
from service.settings import Settings


class _Labelled(Collector):
    """What another collector says, each number with these labels."""

    def __init__(self, collector: Collector, labels: Mapping[str, str]) -> None:
        self._collector, self._labels = collector, dict(labels)

    def collect(self) -> Iterable[Metric]:
        for family in self._collector.collect():
            family.samples = [sample._replace(labels={**sample.labels, **self._labels}) for sample in family.samples]
            yield family


class _Metrics:
    def __init__(self, settings: Settings, registry: CollectorRegistry) -> None:
        self._token = settings.server.metrics_token.get_secret_value()
        # Workers share a socket, so that each look may meet another of them.
        worker = {"worker": str(os.getpid())} if settings.server.workers > 1 else {}
        self._collector = _Labelled(registry, worker)

    async def __call__(self, request: Request) -> Response:
        """The numbers; 401 and 403 for strangers. Asks no source."""
        if not self._has_token(request):
            parts: Parts = request.app.state.parts
            try:
                principal = await parts.authenticator.authenticate(request.headers)
            except Unauthenticated as error:
                challenge = {"www-authenticate": error.challenge}
                return refusal(request.scope, 401, error.message, challenge, code=error.code)
            if not principal.is_staff:
                raise HTTPException(403, "The metrics are for staff, and for server.metrics_token")
        return Response(generate_latest(self._collector), media_type=CONTENT_TYPE_LATEST)

    def _has_token(self, request: Request) -> bool:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        is_same = compare_digest(given.strip().encode(), self._token.encode())
        return bool(self._token) and scheme.lower() == "bearer" and is_same


def routes(settings: Settings, registry: CollectorRegistry) -> list[BaseRoute]:
    """The metrics' door. Where nobody says who they are, the name that is called guards it."""
    hosts = [Middleware(HostList, hosts=settings.server.trusted_hosts)] if settings.auth.mode == "none" else []
    return [Route("/metrics", _Metrics(settings, registry).__call__, middleware=hosts)]
