"""The identity provider's published keys: fetched from the configured address alone, never from one in a token."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from urllib.parse import parse_qsl, urlsplit

import httpx
import structlog
from joserfc.jwk import Key

from resolvers.model.errors import SourceError
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.transport.http import HttpTransport
from resolvers.transport.messages import UpstreamRequest
from resolvers.transport.settings import TransportSettings
from service.authentication import refusals
from service.authentication.key_set import VerifyingKeys, read_key_set

_NAME = "identity provider"
_RENEWED_SECONDS = 300.0
_FRESH_SECONDS = 600.0
_KEPT_SECONDS = 86_400.0
_PAUSE_SECONDS = 10.0
_PAUSE_AFTER_FAILURE_SECONDS = 2.0
_TIMEOUT_SECONDS = 3.0
_MAX_BYTES = 500_000

_log = structlog.get_logger("invoice_graph.authentication")


class IdentityProvider:
    """Its keys, asked for again after five minutes, and for a key that is not among them.

    However many tokens ask, there is one fetch at a time and none within ten seconds of the last (two after one that
    failed). Nobody waits for a fetch who has a key, unless the provider was not asked for ten minutes; and who has none
    waits for no provider that failed the last time, while others have one: made-up key ids by the thousand would fill
    the gateway. Its last keys are then good for a day, as while it publishes none that can be used.
    """

    def __init__(
        self,
        jwks_url: str,
        algorithms: Collection[str],
        *,
        engine: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        address = urlsplit(jwks_url)
        settings = TransportSettings(
            base_url=f"{address.scheme}://{address.netloc}",
            timeout_seconds=_TIMEOUT_SECONDS,
            max_concurrency=1,
            retries=1,
            max_body_bytes=_MAX_BYTES,
        )
        self._request = UpstreamRequest(
            method="GET",
            path=address.path,
            query=dict(parse_qsl(address.query, keep_blank_values=True)),
            headers={"accept": "application/jwk-set+json, application/json"},
        )
        self._transport = HttpTransport(_NAME, settings, engine=engine)
        self._algorithms = algorithms
        self._clock = clock
        self._keys: VerifyingKeys | None = None
        self._is_heard = False
        self._fetched_at = self._asked_at = self._not_before = clock()
        self._fetching: asyncio.Task[None] | None = None

    async def key(self, kid: str | None, algorithm: str) -> Key | None:
        """The key of that id for that algorithm; None where the provider has none.

        Raises HTTPException 503 where it may have one, and cannot be asked.
        """
        found = self._find(kid, algorithm)
        if found is None or self._age() > _RENEWED_SECONDS:
            self._begin_fetch()
        if self._fetching is not None and self._is_worth_waiting_for(found):
            await asyncio.wait({self._fetching})  # which outlives who waits
            found = self._find(kid, algorithm)
        if found is None and not self._is_heard:
            raise refusals.no_keys()
        return found

    async def aclose(self) -> None:
        """Ends what is under way, and closes the connections."""
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.wait({self._fetching})
        await self._transport.aclose()

    def _age(self) -> float:
        return self._clock() - self._fetched_at

    @property
    def _has_keys(self) -> bool:
        return self._keys is not None and self._age() <= _KEPT_SECONDS

    def _find(self, kid: str | None, algorithm: str) -> Key | None:
        return self._keys.find(kid, algorithm) if self._keys is not None and self._has_keys else None

    def _is_worth_waiting_for(self, found: Key | None) -> bool:
        if self._clock() - self._asked_at > _FRESH_SECONDS:
            return True
        return found is None and (self._is_heard or not self._has_keys)

    def _begin_fetch(self) -> None:
        if self._fetching is None and self._clock() >= self._not_before:
            self._fetching = asyncio.create_task(self._fetch())

    async def _fetch(self) -> None:
        is_heard = False
        operation = Operation.within(_TIMEOUT_SECONDS, call_budget=1)
        try:
            call = operation.begin(UpstreamCall(_NAME, "fetch_keys"))
            reply = await self._transport.send(self._request, call, operation)
            if keys := read_key_set(reply.content, self._algorithms):
                self._keys, self._fetched_at, is_heard = keys, self._clock(), True
            else:
                _log.warning("the provider publishes no usable key", algorithms=list(self._algorithms))
        except SourceError as error:
            _log.warning("no keys from the provider", code=error.code, detail=error.detail)
        except ValueError as error:
            _log.warning("no keys from the provider", code="SOURCE_PROTOCOL_ERROR", detail=str(error))
        finally:
            self._asked_at, self._fetching, self._is_heard = self._clock(), None, is_heard
            self._not_before = self._asked_at + (_PAUSE_SECONDS if is_heard else _PAUSE_AFTER_FAILURE_SECONDS)
