"""The exported schema is the served one, and nothing that clients rely on goes missing unsaid."""

import subprocess
from pathlib import Path

from graphql import GraphQLSchema, build_schema, find_breaking_changes
from graphql.type import is_enum_type, is_input_object_type, is_interface_type, is_object_type

from gateway.schema.build import build_schema as build_gateway_schema

ROOT = Path(__file__).parents[2]
FILE = ROOT / "schema.graphql"


def _served() -> str:
    return build_gateway_schema().as_str() + "\n"


def test_the_exported_schema_is_the_served_one() -> None:
    assert FILE.read_text() == _served(), "run `make schema` and commit the result"


def _earlier() -> str | None:
    """Give the schema before the present change: the last commit's, or where that is equal the one before."""
    for revision in ("HEAD", "HEAD~1"):
        shown = subprocess.run(  # noqa: S603
            ["git", "show", f"{revision}:schema.graphql"],  # noqa: S607
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if shown.returncode == 0 and shown.stdout != _served():
            return shown.stdout
    return None


def test_every_breaking_change_since_the_last_commit_is_named_in_the_changelog() -> None:
    earlier = _earlier()
    changelog = (ROOT / "CHANGELOG.md").read_text()
    broken = [] if earlier is None else find_breaking_changes(build_schema(earlier), build_schema(_served()))
    unsaid = [change.description for change in broken if change.description not in changelog]
    assert unsaid == [], "breaking: name each of these in CHANGELOG.md, in these words"


def test_a_breaking_change_is_found_and_named() -> None:
    before = build_schema(_served())
    after = build_schema(
        _served().replace('  """NOMIS\'s number of the person."""\n  prisonNumber: PrisonNumber!\n', "", 1)
    )
    assert [change.description for change in find_breaking_changes(before, after)] == [
        "Field Person.prisonNumber was removed."
    ]


def _undescribed(schema: GraphQLSchema) -> list[str]:
    missing = []
    for name, kind in schema.type_map.items():
        if name.startswith("__") or name in {"Boolean", "Float", "ID", "Int", "String"}:
            continue
        if not kind.description:
            missing.append(name)
        if is_enum_type(kind):
            missing += [f"{name}.{value}" for value, given in kind.values.items() if not given.description]
        if is_object_type(kind) or is_interface_type(kind):
            for field_name, field in kind.fields.items():
                if not field.description:
                    missing.append(f"{name}.{field_name}")
                missing += [
                    f"{name}.{field_name}({argument})"
                    for argument, given in field.args.items()
                    if not given.description
                ]
        if is_input_object_type(kind):
            missing += [f"{name}.{field}" for field, given in kind.fields.items() if not given.description]
    return missing


def test_everything_in_the_schema_is_described() -> None:
    assert _undescribed(build_schema(_served())) == []


def test_the_values_of_enumerations_are_explained_and_not_only_said_again() -> None:
    said_again = [
        f"{kind.name}.{name}"
        for kind in build_schema(_served()).type_map.values()
        if is_enum_type(kind) and not kind.name.startswith("__")
        for name, value in kind.values.items()
        if (value.description or "").rstrip(".").lower() == name.replace("_", " ").lower()
    ]
    assert said_again == []


def test_people_are_found_by_exact_prison_number_alone() -> None:
    """No argument or input field anywhere takes a name, a date of birth or another identifier of a person.

    The details of an event have names of their own, which its catalogue gives.
    """
    schema = build_schema(_served())
    taken = set()
    for kind in schema.type_map.values():
        if is_object_type(kind):
            taken |= {argument for field in kind.fields.values() for argument in field.args}
        if is_input_object_type(kind) and kind.name != "EventDetailInput":
            taken |= set(kind.fields)
    assert not {one for one in taken if "name" in one.lower() or "birth" in one.lower() or "pnc" in one.lower()}
    about_prisons = {one for one in taken if "prison" in one.lower()}
    assert about_prisons - {"prisonTransferReason", "prisonerCategory"} == {"prisonNumber", "prisonNumbers"}
