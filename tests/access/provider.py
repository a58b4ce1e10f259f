"""An identity provider on loopback: it publishes keys, mints tokens, and counts who asks for what."""

from __future__ import annotations

import base64
import hmac
import json
import threading
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from joserfc.jws import JWSRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

ISSUER = "https://login.example/"
AUDIENCE = "invoice-graph"
ALGORITHMS = ("ES256", "RS256", "EdDSA")


SIGNING = {"EC": "ES256", "RSA": "RS256", "OKP": "EdDSA"}


def part(content: object) -> str:
    """One of a token's parts."""
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def signed(header: object, payload: object, key: Key | bytes) -> str:
    """A token with this signature, whatever its header says: a library would refuse to make most of those."""
    content = f"{part(header)}.{part(payload)}"
    if isinstance(key, bytes):
        return f"{content}.{part(hmac.digest(key, content.encode(), 'sha256'))}"
    return f"{content}.{part(JWSRegistry.algorithms[SIGNING[key.key_type]].sign(content.encode(), key))}"


def _weak_key() -> Key:
    with warnings.catch_warnings(action="ignore", category=SecurityWarning):
        return RSAKey.generate_key(1024, {"kid": "weak", "use": "sig"})


@dataclass(slots=True, repr=False)
class IdentityProvider:
    """Its keys by their ids, and what was asked of it."""

    keys: dict[str, Key] = field(
        default_factory=lambda: {
            "ec": ECKey.generate_key("P-256", {"kid": "ec", "use": "sig", "alg": "ES256"}),
            "rsa": RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"}),
            "ed": OKPKey.generate_key("Ed25519", {"kid": "ed"}),
            "encryption": ECKey.generate_key("P-256", {"kid": "encryption", "use": "enc"}),
            "other-alg": RSAKey.generate_key(2048, {"kid": "other-alg", "use": "sig", "alg": "RS512"}),
            "weak": _weak_key(),
        }
    )
    asked: Counter[str] = field(default_factory=Counter)
    url: str = ""

    @property
    def key_set(self) -> dict[str, Any]:
        """What it publishes."""
        return {"keys": [key.as_dict(private=False) for key in self.keys.values()]}

    def token(self, *, key: str | Key = "ec", header: dict[str, Any] | None = None, **claims: Any) -> str:
        """A good token with these claims over the usual ones; a claim that is None is left out."""
        signer = self.keys[key] if isinstance(key, str) else key
        said = {"alg": SIGNING[signer.key_type], "kid": key if isinstance(key, str) else None, "typ": "at+jwt"}
        now = int(time.time())
        usual = {"iss": ISSUER, "aud": AUDIENCE, "sub": "someone", "iat": now, "exp": now + 300}
        return signed(_said(said | (header or {})), _said(usual | claims), signer)

    def of_customers(self, *ids: str, **claims: Any) -> str:
        """A customer's token."""
        return self.token(customer_ids=list(ids), roles=["customer"], **claims)

    def of_staff(self, **claims: Any) -> str:
        """A token of the company's own people."""
        return self.token(roles=["staff"], **claims)

    def of_service(self, scope: str, **claims: Any) -> str:
        """Another service's token."""
        return self.token(roles=["service"], scope=scope, **claims)

    async def answer(self, request: Request) -> Response:
        """The key set at /keys; whatever else is asked for is noted and holds the same."""
        self.asked[request.url.path] += 1
        return JSONResponse(self.key_set)


def _said(content: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if value is not None}


@contextmanager
def providing() -> Iterator[IdentityProvider]:
    """A provider on a socket of its own."""
    provider = IdentityProvider()
    app = Starlette(routes=[Route("/{path:path}", provider.answer, methods=["GET", "POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    host, port = server.servers[0].sockets[0].getsockname()
    provider.url = f"http://{host}:{port}"
    yield provider
    server.should_exit = True
    thread.join(timeout=10)
