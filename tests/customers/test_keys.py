"""Keys of ours from the operator's."""

from __future__ import annotations

import pytest

from resolvers.keys import KeyRing


def test_each_key_gives_one_of_32_bytes_newest_first_and_the_same_on_every_replica() -> None:
    both = KeyRing(["new", "old"]).derive("cursors")

    assert [len(key) for key in both] == [32, 32]
    assert both == KeyRing(["new"]).derive("cursors") + KeyRing(["old"]).derive("cursors")


def test_a_key_for_one_purpose_is_no_key_for_another() -> None:
    ring = KeyRing(["secret"])

    assert ring.derive("cursors") != ring.derive("documents")


def test_without_keys_there_is_nothing_to_derive() -> None:
    assert KeyRing([]).derive("cursors") == []


def test_a_blank_key_is_refused_by_the_name_of_its_setting() -> None:
    with pytest.raises(ValueError, match=r"server\.secret_keys"):
        KeyRing(["good", " "])


def test_a_key_ring_does_not_show_its_keys() -> None:
    assert "hunter2" not in repr(KeyRing(["hunter2"]))
