"""What is committed beside the code holds together: lock files without addresses, links that lead somewhere."""

import json
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def _tracked(pattern: str) -> list[Path]:
    listed = subprocess.run(  # noqa: S603
        ["git", "ls-files", pattern],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines()]


def test_lock_files_hold_no_download_addresses() -> None:
    assert "://" not in (ROOT / "requirements.lock").read_text()
    locks = _tracked("*package-lock.json")
    assert len(locks) == 6
    for lock in locks:
        packages = json.loads(lock.read_text())["packages"]
        assert not any("resolved" in package for package in packages.values()), lock
        assert "omit-lockfile-registry-resolved=true" in (lock.parent / ".npmrc").read_text()


def test_every_link_in_the_documents_leads_to_a_file() -> None:
    broken = [
        f"{document.relative_to(ROOT)}: {target}"
        for document in _tracked("*.md")
        if "static" not in document.parts
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text())
        if not (document.parent / target).exists()
    ]
    assert broken == []


def test_every_decision_is_in_the_index() -> None:
    index = (ROOT / "docs" / "adr" / "README.md").read_text()
    decisions = sorted(path.name for path in (ROOT / "docs" / "adr").glob("0*.md"))
    assert decisions
    assert all(f"({name})" in index for name in decisions)
