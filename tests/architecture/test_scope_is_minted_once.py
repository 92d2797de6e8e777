"""The guard of the guard: what makes scope hard to forget is itself checked here."""

import ast
import importlib
import inspect
from pathlib import Path

import gateway
from gateway.store import (
    allocations,
    carriage,
    escort_records,
    events,
    history,
    lodgings,
    move_counts,
    move_pages,
    moves,
    nomis_records,
)

ROOT = Path(gateway.__file__).parent
UNSCOPED_TABLES = {"suppliers", "regions", "locations", "region_locations", "supplier_locations"}
SCOPED_TABLES = {
    "FORMS",  # the tables of each kind of record
    "moves",
    "lodgings",
    "person_escort_records",
    "per_sections",
    "per_flags",
    "per_nomis_snapshots",
    "per_responses",
    "events",
    "allocations",
    "carriage_snapshots",
    "changes",
}


def _modules() -> list[Path]:
    return [path for path in ROOT.rglob("*.py") if "migrations" not in path.parts]


def test_only_the_scope_policy_mints_a_scope() -> None:
    minters = set()
    for path in _modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
                if name == "Scope" and "scope: Scope" not in ast.unparse(node) and _imports_our_scope(path):
                    minters.add(path.relative_to(ROOT).as_posix())
                # dataclasses.replace could widen a scope just as well.
                if name == "replace" and any("scope" in ast.unparse(argument).lower() for argument in node.args):
                    minters.add(path.relative_to(ROOT).as_posix())
    assert minters == {"policies/scope.py"}


def _imports_our_scope(path: Path) -> bool:
    return "gateway.domain.scope" in path.read_text()


def test_every_function_that_reads_a_scoped_table_demands_a_scope() -> None:
    readers = [
        member
        for module in (
            allocations,
            carriage,
            escort_records,
            events,
            history,
            lodgings,
            move_counts,
            move_pages,
            moves,
            nomis_records,
        )
        for name, member in inspect.getmembers(module, inspect.iscoroutinefunction)
        if member.__module__ == module.__name__ and not name.startswith("_") and name not in {"save", "append"}
    ]
    assert len(readers) > 15
    for reader in readers:
        parameter = inspect.signature(reader).parameters.get("within")
        assert parameter is not None, reader
        assert parameter.kind is inspect.Parameter.KEYWORD_ONLY, reader
        assert parameter.default is inspect.Parameter.empty, reader


def test_what_a_change_reads_demands_a_scope_or_something_that_was_locked_within_one() -> None:
    modules = [importlib.import_module(f"gateway.store.{path.stem}") for path in (ROOT / "store").glob("*_changes.py")]
    readers = [
        member
        for module in modules
        for name, member in inspect.getmembers(module, inspect.iscoroutinefunction)
        if member.__module__ == module.__name__
        and not name.startswith("_")
        and "sa.select(" in inspect.getsource(member)
        and name
        not in {"references_taken", "duplicate_of", "standing_on"}  # these say no more than that something is there
    ]
    assert readers
    for reader in readers:
        parameters = inspect.signature(reader).parameters
        assert "within" in parameters or "locked" in parameters, reader
        assert all(
            parameters[name].default is inspect.Parameter.empty for name in ("within", "locked") if name in parameters
        )


def test_scoped_tables_are_touched_only_by_modules_that_know_scope() -> None:
    for path in (ROOT / "store").glob("*.py"):
        text = path.read_text()
        imported = {
            alias.name
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.ImportFrom)
            and (node.module or "").startswith("gateway.store.")
            and "tables" in (node.module or "")
            for alias in node.names
        }
        if imported & SCOPED_TABLES and path.name not in {"moves_writer.py", "reference.py", "record_forms.py"}:
            knows = "within" in text or "Scope" in text or "locked" in text
            assert knows or path.name == "move_filters.py", path


def test_no_module_outgrows_four_hundred_lines() -> None:
    too_long = {path.as_posix(): n for path in _modules() if (n := len(path.read_text().splitlines())) > 400}
    assert too_long == {}
