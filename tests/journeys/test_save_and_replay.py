"""An audit saved with its evidence replays to the same verdicts, with no network, anywhere."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cicclo.probes.examples import ogcapi


def cicclo(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command line as a person does."""
    command = [str(Path(sys.executable).with_name("cicclo")), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, cwd=cwd)


def verdicts(report: dict[str, Any]) -> list[tuple[str, ...]]:
    names = ("endpoint", "protocol", "requirement", "subject", "facet", "outcome", "standing", "code", "at")
    return [tuple(finding[name] for name in names) for finding in report["findings"]]


@pytest.fixture
def saved(served: Callable[..., str], tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    """An audit of a slightly damaged service over real HTTP, and its evidence."""
    public = served(
        {"ogcapi": ogcapi.site().edit("/ogcapi/", lambda page: page["links"][1].update(href="/relative"))}
    )
    proof = tmp_path / "proof.zip"
    run = cicclo(
        "audit",
        f"{public}/ogcapi/",
        "--allow-private",
        "--pace",
        "0",
        "--json",
        "--save",
        str(proof),
        cwd=tmp_path,
    )
    assert run.returncode == 1, run.stderr
    return proof, json.loads(run.stdout)


def test_replays_offline_to_the_same_verdicts(saved: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    """The server is gone, private addresses are refused, and every finding is the same."""
    proof, report = saved
    run = cicclo("audit", "--replay", str(proof), "--json", cwd=tmp_path)
    assert run.returncode == 1, run.stderr
    replayed = json.loads(run.stdout)
    assert len(verdicts(report)) > 40
    assert verdicts(replayed) == verdicts(report)
    assert not [f for f in replayed["findings"] if f["code"] == "not-recorded"]


def test_a_changed_part_is_noticed(saved: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    """A package whose body was edited is refused, naming the part."""
    proof, _ = saved
    forged = tmp_path / "forged.zip"
    with zipfile.ZipFile(proof) as source, zipfile.ZipFile(forged, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(
                name, data.replace(b"Service", b"Sorvice") if name.startswith("bodies/") else data
            )
    run = cicclo("audit", "--replay", str(forged), cwd=tmp_path)
    assert run.returncode == 2
    assert "bodies/" in run.stderr


def test_comparison_with_a_saved_audit_says_what_changed(
    saved: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    """An audit compared with itself has changed in nothing."""
    proof, _ = saved
    run = cicclo("audit", "--replay", str(proof), "--compare", str(proof), "--lang", "en", cwd=tmp_path)
    assert "no change" in run.stdout.lower()


def test_what_is_not_a_package_is_refused_in_plain_words(tmp_path: Path) -> None:
    """Exit code 2, the file named."""
    (tmp_path / "x.zip").write_text("not a zip")
    run = cicclo("audit", "--replay", "x.zip", cwd=tmp_path)
    assert run.returncode == 2
    assert "x.zip" in run.stderr
    assert "Traceback" not in run.stderr
