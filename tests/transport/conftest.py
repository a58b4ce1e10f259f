"""What these tests share: the machine's own Redis."""

from __future__ import annotations

import pytest
import redis

from tests.skips import skip

REDIS = "redis://127.0.0.1:6379/0"


@pytest.fixture
def redis_url() -> str:
    """A real Redis."""
    try:
        with redis.Redis.from_url(REDIS, socket_timeout=1) as client:
            client.ping()
    except (redis.RedisError, OSError):
        skip("no Redis on 127.0.0.1:6379")
    return REDIS
