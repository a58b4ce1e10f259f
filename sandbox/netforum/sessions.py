"""netFORUM's logins: tokens and how long they live, lockouts after bad passwords, the daily budget of faults.

The numbers are the vendor's defaults (xWeb Configuration Settings); the lockout's hours are not documented.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

USER = "xweb"
PASSWORD = "sandbox"  # the sandbox's own, printed in the documentation

TOKEN_SECONDS = 20 * 60
FAILED_LOGINS = 25
LOCK_OUT_SECONDS = 24 * 3600
FAULTS_PER_DAY = 100

TokenMode = Literal["absolute", "sliding", "single_use"]


class Refusal(Exception):
    """A fault that xWeb answers with. `detail` names the element under <detail>; without a code the fault is bare.

    `token` goes into its header.
    """

    def __init__(self, message: str, detail: str = "", code: str = "soap:Client", status: int = 500) -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail
        self.code = code
        self.status = status
        self.token = ""


@dataclass(slots=True)
class _Session:
    user: str
    expires: float


class Sessions:
    """Who may call. A token that was never issued is not told apart from a locked user: both are a bare `Locked`.

    absolute: a token lives 20 minutes. sliding: every answer, a fault too, brings a new token, which lives 20 minutes,
    and ends the old. single_use: a token is good for one call, and the answer brings it back spent.
    """

    def __init__(self, mode: TokenMode, clock: Callable[[], float], charged: Counter[tuple[str, str, int]]) -> None:
        self._mode = mode
        self._clock = clock
        self._sessions: dict[str, _Session] = {}
        self._failed: dict[tuple[str, str], tuple[int, float]] = {}
        self._charged = charged

    def log_in(self, user: str, password: str, address: str) -> str:
        """A new token. Raises Refusal for wrong credentials, and for any after 25 wrong ones."""
        failed, last = self._failed.get((user, address), (0, 0.0))
        if failed >= FAILED_LOGINS and self._clock() - last < LOCK_OUT_SECONDS:
            raise Refusal("Credentials Locked Out", "LockedCredentialsExceptionInfo")
        if (user, password) != (USER, PASSWORD):
            self._failed[user, address] = (failed + 1 if failed < FAILED_LOGINS else 1, self._clock())
            raise Refusal("Invalid Credentials Supplied", "InvalidCredentialsExceptionInfo")
        self._failed.pop((user, address), None)
        return self._issue(user)

    def check(self, token: str, address: str) -> None:
        """Returns where the token may be used now; a single_use one is spent by it. Raises Refusal, and charges it."""
        session = self._sessions.get(token)
        if session is None or self._charged[self._today(session.user, address)] >= FAULTS_PER_DAY:
            raise Refusal("Locked", code="")
        if session.expires <= self._clock():
            self._charge(session.user, address)
            raise Refusal("Invalid Token Value", "InvalidTokenException")
        if self._mode == "single_use":
            self.expire(token)

    def renew(self, token: str, successor: str = "") -> str:
        """The token for the answer's header; `successor` where the answer's text is fixed and brings its own."""
        if self._mode != "sliding" and not successor:
            return token
        user = self._sessions[token].user
        if self._mode == "sliding":
            self.expire(token)
        return self._issue(user, successor)

    def expire(self, token: str) -> None:
        """End a token before its time; a token that was never issued stays unknown."""
        if token in self._sessions:
            self._sessions[token].expires = self._clock()

    def decline(self, token: str, address: str) -> str:
        """Charge a method's fault to the token's user; the token for its header. Captures show none: sliding alone."""
        self._charge(self._sessions[token].user, address)
        return self.renew(token) if self._mode == "sliding" else ""

    def _charge(self, user: str, address: str) -> None:
        """One more fault of this user at this address; after 100 on one day every call is `Locked`."""
        self._charged[self._today(user, address)] += 1

    def _issue(self, user: str, token: str = "") -> str:
        token = token or str(uuid.uuid4())
        self._sessions[token] = _Session(user, self._clock() + TOKEN_SECONDS)
        return token

    def _today(self, user: str, address: str) -> tuple[str, str, int]:
        return user, address, int(self._clock() // 86400)
