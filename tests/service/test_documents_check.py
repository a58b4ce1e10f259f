"""`invoice-graph documents check`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from service.cli import app
from tests.conftest import ROOT

CONFIG = """
[server]
secret_keys = ["a key of the tests alone, long enough to be one"]
[sources.association]
kind = "netforum"
base_url = "http://127.0.0.1:9/xweb"
username = "somebody"
password = "something"
currency = "USD"
[sources.orders]
kind = "seansworld"
base_url = "http://127.0.0.1:9"
[sources.webstore]
kind = "open2b"
base_url = "http://127.0.0.1:9"
[limits]
upstream_calls = 100
"""
LINES = "query Lines($id: ID!) { customer(id: $id) { invoices(first: 5) { nodes { lines { name } } } } }"
ONE = "query One($id: ID!) { invoice(id: $id) { number lines { name } } }"
EVERYBODY = "query Everybody { customers(first: 50) { nodes { invoices { nodes { number total { amount } } } } } }"
WRITE = "mutation Gone($input: DeleteInvoiceInput!) { deleteInvoice(input: $input) { __typename } }"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "operations").mkdir()
    return tmp_path / "operations"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "gateway.toml"
    path.write_text(CONFIG)
    return path


def check(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["documents", "check", *map(str, arguments)], env={"COLUMNS": "200"})


def row(result: Result, operation: str) -> list[str]:
    """The operation's line without its document."""
    (cells,) = [line.split() for line in result.stdout.splitlines() if line.split()[:1] == [operation]]
    return [cells[0], *cells[2:]]


def test_each_operation_has_its_calls_by_source(folder: Path, config: Path) -> None:
    (folder / "lines.graphql").write_text(LINES)

    result = check(folder, "--config", config, "--invoices", 3)

    assert result.exit_code == 0, result.output
    assert row(result, "Operation") == ["Operation", "association", "orders", "webstore", "Calls"]
    assert row(result, "Lines") == ["Lines", "3", "3", "1", "7"]


def test_a_table_that_goes_into_a_file_has_a_line_for_each_operation_however_long(folder: Path, config: Path) -> None:
    (folder / f"{'a_long_name' * 10}.graphql").write_text(LINES.replace("Lines", "L" * 100))

    result = CliRunner().invoke(
        app, ["documents", "check", str(folder), "--config", str(config)], env={"COLUMNS": None}
    )

    assert row(result, "L" * 100)


def test_an_invoice_by_id_is_counted_at_the_source_where_it_costs_most(folder: Path, config: Path) -> None:
    (folder / "one.graphql").write_text(ONE)

    assert row(check(folder, "--config", config), "One") == ["One", "2", "2"]


@pytest.mark.parametrize(
    ("variables", "condition"),
    [
        ("$full: Boolean!", "@include(if: $full)"),
        ("$full: Boolean = false", "@include(if: $full)"),
        ("$brief: Boolean!", "@skip(if: $brief)"),
        ("$brief: Boolean = true, $full: Boolean = false", "@skip(if: $brief) @include(if: $full)"),
    ],
)
def test_what_a_condition_may_leave_out_is_counted(folder: Path, config: Path, variables: str, condition: str) -> None:
    asking = f"query Lines($id: ID!, {variables}) "
    (folder / "lines.graphql").write_text(
        LINES.replace("query Lines($id: ID!) ", asking).replace("{ inv", f"{condition} {{ inv", 1)
    )

    assert row(check(folder, "--config", config, "--invoices", 3), "Lines") == ["Lines", "3", "3", "1", "7"]


def test_of_two_that_exclude_each_other_the_dearer_one_is_counted(folder: Path, config: Path) -> None:
    text = LINES.replace("($id: ID!)", "($id: ID!, $a: Boolean!)").replace("lines { name }", "number")
    for dear in ("include", "skip"):
        cheap = "skip" if dear == "include" else "include"
        (folder / "lines.graphql").write_text(
            text.replace("number", f"number @{cheap}(if: $a) ... @{dear}(if: $a) {{ lines {{ name }} }}")
        )
        assert row(check(folder, "--config", config, "--invoices", 3), "Lines") == ["Lines", "3", "3", "1", "7"]


def test_what_is_wrong_under_a_condition_is_told(folder: Path, config: Path) -> None:
    (folder / "wrong.graphql").write_text(
        "query Wrong($all: Boolean = false) "
        "{ customer(id: 1) @include(if: $all) { invoices(first: 500) { totalCount } } }"
    )

    assert "first: must be between 1 and 100" in check(folder, "--config", config).stderr


def test_without_a_configuration_documents_are_checked_and_nothing_is_counted(folder: Path) -> None:
    (folder / "one.graphql").write_text(ONE)

    result = check(folder)

    assert (result.exit_code, row(result, "Operation"), row(result, "One")) == (0, ["Operation"], ["One"])


def test_an_operation_without_a_name_has_its_line(folder: Path, config: Path) -> None:
    (folder / "viewer.graphql").write_text("{ viewer { subject } }")

    assert row(check(folder, "--config", config), "-") == ["-", "0"]


def test_a_write_is_checked_and_not_rehearsed(folder: Path, config: Path) -> None:
    (folder / "write.graphql").write_text(WRITE)

    assert row(check(folder, "--config", config), "Gone") == ["Gone", "a", "write"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("\n\nquery Wrong {\n  customer(id: 1) { nme }\n}", "4:21: Cannot query field 'nme' on type 'Customer'."),
        ("query Cut {", "1:12: Syntax Error: Expected Name, found <EOF>."),
        ("fragment Alone on Customer { id }", "1:1: The document has no operation."),
        (EVERYBODY, "1:50: The operation needs more than 100 upstream calls."),
        ("{ customer(id: 1) { invoices(first: 500) { totalCount } } }", "1:21: first: must be between 1 and 100"),
        (WRITE.replace("__typename", "never"), "1:77: Cannot query field 'never'"),
    ],
)
def test_what_is_wrong_is_told_with_its_file_line_and_column(
    folder: Path, config: Path, text: str, complaint: str
) -> None:
    (folder / "good.graphql").write_text(ONE)
    (folder / "wrong.graphql").write_text(text)

    result = check(folder, "--config", config)

    assert result.exit_code == 1
    assert result.stderr.startswith(f"{folder / 'wrong.graphql'}:{complaint}")
    assert row(result, "One")
    assert "wrong.graphql" not in result.stdout


def test_a_mistake_that_several_operations_share_is_told_once(folder: Path) -> None:
    (folder / "both.graphql").write_text("query A { ...F }\nquery B { ...F }\nfragment F on Query { nosuch }")

    result = check(folder)

    assert result.stderr.splitlines() == [f"{folder}/both.graphql:3:23: Cannot query field 'nosuch' on type 'Query'."]


def test_a_manifests_mistake_is_told_with_the_documents_id(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"abc": "{ nothing }"}))

    result = check(manifest)

    assert (result.exit_code, result.stderr.startswith(f"{manifest}:abc:1:3: Cannot query field")) == (1, True)


def test_the_explorers_examples_pass_on_the_configuration_that_is_the_example(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NETFORUM_USER", "NETFORUM_PASSWORD", "WHOLESALE_USER", "WHOLESALE_PASSWORD", "INVOICE_GRAPH_KEY"):
        monkeypatch.setenv(name, "something that is long enough to be a key")

    result = check(ROOT / "service" / "explorer" / "examples", "--config", ROOT / "config.example.toml")

    assert (result.exit_code, result.stderr) == (0, "")


TYPES = "query Types { __schema { types { name } } }"
ONES = "query Ones { customer(id: 1) { accounts { ...A } } } fragment A on Account { number }"


@pytest.mark.parametrize(
    ("graph", "text", "complaint"),
    [
        ("introspection = false", TYPES, "1:26: Introspection is switched off here."),
        ("introspection = true", TYPES, None),
        ('type_prefix = "Billing"', ONES, "1:68: Unknown type 'Account'."),
        ('type_prefix = "Billing"', ONES.replace("Account", "BillingAccount"), None),
        ("owns_customer = false", ONES, "1:14: Cannot query field 'customer' on type 'Query'."),
        ("owns_customer = true", ONES, None),
    ],
)
def test_a_document_is_held_against_the_schema_that_is_configured(
    folder: Path, config: Path, graph: str, text: str, complaint: str | None
) -> None:
    (folder / "ones.graphql").write_text(text)
    config.write_text(f"{CONFIG}[graph]\n{graph}\n")

    result = check(folder, "--config", config)

    assert result.exit_code == (1 if complaint else 0)
    assert result.stderr.startswith(f"{folder / 'ones.graphql'}:{complaint}" if complaint else "")


def test_a_name_that_is_wrong_is_told_where_introspection_is_forbidden(folder: Path, config: Path) -> None:
    (folder / "wrong.graphql").write_text("{ custommer { id } }")
    config.write_text(CONFIG + "[graph]\nintrospection = false\n")

    assert "Cannot query field 'custommer'" in check(folder, "--config", config).stderr


def test_a_write_that_asks_for_too_many_rows_is_a_mistake(folder: Path, config: Path) -> None:
    pages = "customer { invoices(first: 50) { nodes { customer { invoices(first: 50) { totalCount } } } } }"
    write = f"mutation Paid($input: UpdateInvoiceInput!) {{ updateInvoice(input: $input) {{ invoice {{ {pages} }} }} }}"
    (folder / "paid.graphql").write_text(write)
    config.write_text(CONFIG + "list_cost = 100\n")

    assert "paid.graphql:1:1: The operation may ask for" in check(folder, "--config", config).stderr
