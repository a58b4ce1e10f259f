import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from sandbox.cli import app as sandbox
from service.cli import app
from service.overview import without_password
from service.plugins import add_commands

ROOT = Path(__file__).parents[2]
KEY = "hunter2-" * 4


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "gateway.toml"
    path.write_text(
        f"""
[server]
secret_keys = ["{KEY}"]
[directory]
url = "sqlite+aiosqlite:///{tmp_path}/directory.db"
[cache]
url = "redis://gateway:hunter2@cache:6379/0?password=hunter2"
[sources.webstore]
kind = "open2b"
base_url = "https://store.example"
time_zone = "Europe/Rome"
"""
    )
    return path


def invoke(*arguments: object, **environ: str) -> Result:
    return CliRunner().invoke(app, [*map(str, arguments)], env=dict(environ))


def test_check_config_says_what_would_run_and_no_secret(config: Path) -> None:
    result = invoke("check-config", "--config", config)

    assert result.exit_code == 0
    assert "Listens on 127.0.0.1:8000" in result.stdout
    assert "Cache: redis://gateway:***@cache:6379/0" in result.stdout
    assert ["webstore", "open2b", "https://store.example", "-", "Europe/Rome"] in [
        line.split() for line in result.stdout.splitlines()
    ]
    assert "hunter2" not in result.output


def test_a_command_finds_the_directory_wherever_it_is_called_from(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text(config.read_text().replace(f"{tmp_path}/directory.db", "relative.db"))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")

    result = invoke("check-config", "--config", "../gateway.toml")

    told = next(line for line in result.stdout.splitlines() if line.startswith("Directory: "))
    assert told == f"Directory: sqlite+aiosqlite:///{tmp_path}/relative.db"


def test_check_config_reads_the_trusted_documents(config: Path, tmp_path: Path) -> None:
    folder = tmp_path / "operations"
    folder.mkdir()
    config.write_text(config.read_text() + f'[graph]\ntrusted_documents = "{folder}"\n')

    without = invoke("check-config", "--config", config)
    (folder / "sources.graphql").write_text("{ sources { name } }")
    with_one = invoke("check-config", "--config", config)

    assert (without.exit_code, without.stdout) == (2, "")
    assert without.stderr.startswith(f"[graph] trusted_documents: {folder} holds no document. Write a folder")
    assert with_one.exit_code == 0
    assert "Trusted documents: 1, and nothing else runs." in with_one.stdout.splitlines()
    assert "Introspection: on, within trusted documents only." in with_one.stdout
    assert "Explorer: on, within trusted documents only." in with_one.stdout


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql+asyncpg://graph:secret@db/x?ssl=require", "postgresql+asyncpg://graph:***@db/x"),
        ("postgresql+asyncpg://graph:se@cret@db/x", "postgresql+asyncpg://graph:***@db/x"),
        ("postgresql+asyncpg://graph:se/cret@db/x", "postgresql+asyncpg://graph:***@db/x"),
        ("postgresql+asyncpg://graph:se?cret@db/x", "postgresql+asyncpg://graph:***"),
        ("redis://:se?cret@cache:6379/0", "redis://:***"),
        ("redis://cache:6379/0?password=sec@ret", "redis://cache:***"),
        ("redis://cache/0?password=secret", "redis://cache/0"),
        ("sqlite+aiosqlite:////data/invoice-graph.db", "sqlite+aiosqlite:////data/invoice-graph.db"),
        ("memory://", "memory://"),
    ],
)
def test_no_part_of_a_password_is_shown_whatever_is_in_it(url: str, shown: str) -> None:
    assert without_password(url) == shown


@pytest.mark.parametrize("command", [("check-config",), ("serve",), ("customers", "import", "customers.csv")])
def test_mistakes_in_the_settings_end_every_command_with_code_2_and_a_line_for_each(
    config: Path, command: tuple[str, ...]
) -> None:
    config.write_text(config.read_text() + 'retries = "many"\ntitel = "Web store"\n')

    result = invoke(*command, "--config", config)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        f'{config}:12: [sources.webstore] retries: is "many". Write a whole number.',
        f'{config}:13: [sources.webstore] titel: is no known key. Did you mean "title"?',
    ]


def test_an_address_given_on_the_command_line_is_checked_like_the_file(config: Path) -> None:
    result = invoke("serve", "--config", config, "--host", "0.0.0.0")  # noqa: S104  # refused, that is the point

    assert result.exit_code == 2
    assert result.stderr.startswith('--host: [server] host: is "0.0.0.0"')


def test_a_port_of_the_command_line_wins_and_its_mistake_is_told_with_the_options_name(config: Path) -> None:
    result = invoke("serve", "--config", config, "--port", 99999, INVOICE_GRAPH__SERVER__PORT="8000")

    assert result.exit_code == 2
    assert result.stderr == '--port: [server] port: is "99999". Write at most 65535.\n'


def test_an_unknown_log_level_is_told_before_anything_starts(config: Path) -> None:
    result = invoke("serve", "--config", config, INVOICE_GRAPH_LOG_LEVEL="verbose")

    assert result.exit_code == 2
    assert result.stderr == "INVOICE_GRAPH_LOG_LEVEL: is 'verbose'. Write debug, info, warning, error.\n"


def test_an_import_reports_each_bad_row_with_its_line_and_keeps_the_good_ones(config: Path, tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_text("id,name,company_name,email,phone,locale\nC-1,Ann,,,,\n,Nobody,,,,\nC-2,Bob,,,,\n")

    result = invoke("customers", "import", "--config", config, path)

    assert result.exit_code == 1
    assert f"{path}:3: id: is empty; every row needs one." in result.stderr.splitlines()
    assert counts(result) == [["2", "0", "0", "1"]]


def test_an_import_that_is_repeated_changes_nothing(config: Path, tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_text("id,name,company_name,email,phone,locale\nC-1,Ann,,,,\n")

    first = invoke("customers", "import", "--config", config, path)
    second = invoke("customers", "import", "--config", config, path)

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert counts(first) == [["1", "0", "0", "0"]]
    assert counts(second) == [["0", "0", "1", "0"]]


def counts(result: Result) -> list[list[str]]:
    """Added, changed, unchanged and rejected of each file in the report."""
    cells = [line.replace("│", " ").split() for line in result.stdout.splitlines()]
    return [line[-4:] for line in cells if line and line[-1].isdecimal()]


def test_a_customer_and_an_account_are_removed_and_what_is_not_there_is_named(config: Path, tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text("id,name\nC-1,Ann\nC-2,Bob\n")
    (tmp_path / "accounts.csv").write_text("customer,source,account_key\nC-1,webstore,1\nC-2,webstore,2\n")
    invoke("customers", "import", "--config", config, tmp_path / "customers.csv", tmp_path / "accounts.csv")

    customers = invoke("customers", "remove", "--config", config, "C-1", "C-9")
    accounts = invoke("customers", "remove-account", "--config", config, "webstore", "2")

    assert (customers.exit_code, customers.stderr) == (1, "There is no customer 'C-9'.\n")
    assert customers.stdout == "Removed: 1 customers, 1 accounts, 0 indexed invoices.\n"
    assert (accounts.exit_code, accounts.stderr) == (0, "")
    assert accounts.stdout == "Removed: 0 customers, 1 accounts, 0 indexed invoices.\n"


def test_a_directory_that_cannot_be_opened_is_one_line(config: Path, tmp_path: Path) -> None:
    unusable = f"sqlite+aiosqlite:///{tmp_path}/none/directory.db"

    result = invoke(
        "customers", "import", "--config", config, tmp_path / "x.csv", INVOICE_GRAPH__DIRECTORY__URL=unusable
    )

    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("directory.url")


def test_the_schema_is_printed_for_composers_and_for_clients() -> None:
    subgraph = invoke("schema").stdout
    clients = invoke("schema", "--client", "--type-prefix", "Invoicing").stdout

    assert "schema @link(" in subgraph
    assert "type Money " in subgraph
    assert "schema @link(" not in clients
    assert "type InvoicingMoney " in clients
    assert len(clients) - len(clients.rstrip("\n")) == 1


@pytest.mark.parametrize("prefix", ["foo-bar", "invoicing", "9"])
def test_a_prefix_that_the_configuration_would_refuse_is_refused_by_schema_too(prefix: str) -> None:
    result = invoke("schema", "--type-prefix", prefix)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("--type-prefix: cannot begin a type's name. Write a capital,")


def plugged(*plugins: tuple[str, str]) -> typer.Typer:
    with_plugins = typer.Typer()
    with_plugins.command("own")(lambda: typer.echo("own"))
    add_commands(with_plugins, [EntryPoint(name, value, "invoice_graph.commands") for name, value in plugins])
    return with_plugins


def test_a_command_of_another_package_gets_its_arguments_and_its_own_help() -> None:
    with_plugins = plugged(("extra", "tests.service.extra_command:app"))

    greeted = CliRunner().invoke(with_plugins, ["extra", "hello", "--name", "Ann"])
    helped = CliRunner().invoke(with_plugins, ["extra", "--help"])

    assert greeted.stdout == "Hello Ann\n"
    assert "Greets." in helped.stdout


def test_the_list_of_commands_says_what_those_of_other_packages_do() -> None:
    with_plugins = plugged(("extra", "tests.service.extra_command:app"), ("broken", "no_such_package:app"))

    listed = CliRunner().invoke(with_plugins, ["--help"])

    assert listed.exit_code == 0
    assert {("extra", "Greets."), ("broken", "Cannot be loaded: no_such_package:app.")} <= {
        (name, " ".join(words))
        for name, *words in (line.strip("│ ").split() or [""] for line in listed.stdout.splitlines())
    }


def test_the_sandbox_offers_no_completion_as_the_whole_command_line_does_not() -> None:
    listed = CliRunner().invoke(sandbox, ["--help"])

    assert "--port" in listed.stdout
    assert "completion" not in listed.stdout


def test_the_sandboxs_own_port_before_one_of_its_commands_is_refused_and_not_ignored(tmp_path: Path) -> None:
    before = CliRunner().invoke(sandbox, ["--port", "8472", "files", str(tmp_path)])
    behind = CliRunner().invoke(sandbox, ["files", "--port", "8472", str(tmp_path)])

    assert before.exit_code == 2
    assert "Write it behind files: files --port 8472." in " ".join(before.stderr.replace("│", " ").split())
    assert behind.exit_code == 0
    assert "http://127.0.0.1:8473" in (tmp_path / "demo.toml").read_text()


@pytest.mark.parametrize(
    "words", [["--port", "65531"], ["files", "--port", "-1", "books"], ["demo", "--port", "65536"]]
)
def test_a_port_that_the_sandbox_cannot_have_is_told_as_a_mistake_of_the_option(words: list[str]) -> None:
    refused = CliRunner().invoke(sandbox, words)

    assert refused.exit_code == 2
    assert "'--port'" in refused.stderr


@pytest.mark.parametrize("command", [["files"], ["demo", "--directory"]])
def test_a_directory_that_the_sandbox_cannot_write_is_named_in_one_line(command: list[str], tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.touch()

    refused = CliRunner().invoke(sandbox, [*command, str(file)])

    assert refused.exit_code == 1
    assert refused.stderr == f"{file}: cannot be written: File exists. Choose another directory.\n"


def test_a_broken_command_of_another_package_costs_only_itself() -> None:
    with_plugins = plugged(("broken", "no_such_package:app"))

    broken = CliRunner().invoke(with_plugins, ["broken"])
    own = CliRunner().invoke(with_plugins, ["own"])

    assert broken.exit_code == 1
    assert broken.stderr.startswith("broken: no_such_package:app cannot be loaded: No module named 'no_such_package'")
    assert own.stdout == "own\n"


def test_the_command_line_starts_without_the_rooms_that_take_long_to_open() -> None:
    heavy = "{'strawberry', 'zeep', 'sqlalchemy', 'pydantic', 'starlette', 'uvicorn'}"
    program = f"import sys, service.cli; print({heavy} & set(sys.modules))"

    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert result.stdout == "set()\n"
