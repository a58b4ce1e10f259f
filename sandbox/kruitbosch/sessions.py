"""Kruitbosch's logins as ServiceStack keeps them: who is who, and whose session a call carries.

`webservice` is a sales representative and may see every customer. A user named like a customer number is that customer
and sees only itself. All have the sandbox's one password.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request

from sandbox.books import Books

SOURCE = "wholesale"
USER = "webservice"
GUEST = "guest"  # may log in, and has no role
PASSWORD = "sandbox"
SESSION_SECONDS = 24 * 3600  # not documented; how long a client in production keeps its session
ROLES = frozenset({"Klant", "Kassasysteem", "Vertegenwoordiger", "KCU Bestelprogramma"})


class ServiceError(Exception):
    """A refusal with its HTTP status and the ErrorCode and Message of its ResponseStatus."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


@dataclass(slots=True)
class Session:
    """A login that still holds. `customer` is whom a Klant is."""

    id: str
    user: str
    role: str
    customer: str
    expires: float

    def may_see(self, customer: str) -> bool:
        """Only a Klant is held to its own invoices."""
        return self.role != "Klant" or self.customer == customer


class Sessions:
    """The sessions since the start."""

    def __init__(self, books: Books, clock: Callable[[], float]) -> None:
        self._books = books
        self._clock = clock
        self._sessions: dict[str, Session] = {}

    def log_in(self, user: str, password: str) -> Session:
        """A new session. Raises ServiceError."""
        role = {USER: "Vertegenwoordiger", GUEST: ""}.get(user)
        is_customer = self._books.account(SOURCE, user) is not None
        if password != PASSWORD or (role is None and not is_customer):
            raise ServiceError(401, "Unauthorized", "Invalid Username or Password")
        customer, role = (user, "Klant") if role is None else ("", role)
        session = Session(secrets.token_urlsafe(15), user, role, customer, self._clock() + SESSION_SECONDS)
        self._sessions[session.id] = session
        return session

    def of(self, request: Request) -> Session | None:
        """The session of a call, by the header X-ss-id or else by cookie; None where there is none or it has ended."""
        key = request.headers.get("x-ss-id") or request.cookies.get("ss-id", "")
        session = self._sessions.get(key)
        return session if session and session.expires > self._clock() else None

    def expire(self, session: Session) -> None:
        """End a session before its time."""
        self._sessions.pop(session.id, None)
