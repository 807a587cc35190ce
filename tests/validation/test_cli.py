"""`cicclo validate`, as a person or a script calls it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.validation.made import DEMO, IRVE, needs_shared, table

from cicclo.hub import cli as hub
from cicclo.validation.cli import FORMATS, _progress
from cicclo.validation.reports import REPORTS

# cyclopts wonders, under pytest, about a call that reads the command line: that is what is tested
pytestmark = pytest.mark.filterwarnings("ignore:Cyclopts application invoked without tokens")
SCHEMA = {
    "name": "made",
    "title": "Made",
    "version": "1",
    "fields": [
        {"name": "id", "type": "integer", "constraints": {"required": True}},
        {"name": "prix", "type": "number"},
    ],
}


class Ran:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Any:
    """A function that runs the command line in an empty folder with a schema in it, and returns what it said."""
    (tmp_path / "schema.json").write_text(json.dumps(SCHEMA), "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CICCLO_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("CICCLO_OFFLINE", "true")

    def call(*arguments: str) -> Ran:
        monkeypatch.setattr("sys.argv", ["cicclo", "validate", *arguments])
        with pytest.raises(SystemExit) as ended:
            hub.main()
        out, err = capfdbinary.readouterr()
        return Ran(int(ended.value.code or 0), out.decode(), err.decode())

    return call


def test_a_valid_file_exits_with_0(run: Any, tmp_path: Path) -> None:
    table(tmp_path, "id,prix\n1,2.5\n")
    ran = run("made.csv", "--schema", "schema.json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[0] == "✓ made.csv : conforme au schéma Made 1"


def test_an_invalid_file_exits_with_1_and_says_the_cause_first(run: Any, tmp_path: Path) -> None:
    table(tmp_path, 'id,prix\n1,"2,5"\n2,"3,5"\n')
    ran = run("made.csv", "--schema", "schema.json", "--lang", "en")
    assert ran.code == 1
    assert "All 2 values of “prix” use a decimal comma: replace “,” by “.”" in ran.out
    assert "row 2: “2,5” → “2.5”" in ran.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "aucun fichier"),
        (["absent.csv", "--schema", "schema.json"], "fichier absent"),
        (["made.csv", "--schema", "absent.json"], "fichier absent"),
        (["made.csv", "--schema", "etalab/schema-irve-statique"], "hors ligne"),
        (["made.csv", "--schema", "schema.json", "--format", "pdf"], "format inconnu"),
        (["made.csv", "--schema", "schema.json", "--engine", "quick"], "moteur"),
        (["made.csv", "--schema", "schema.json", "--fix", "made.csv"], "jamais réécrit"),
        (["made.csv", "--schema", "schema.json", "--fix", "absent/out.csv"], "impossible"),
        (["made.csv", "--schema", "schema.json", "--output", "made.csv"], "jamais réécrit"),
        (["made.csv", "--schema", "schema.json", "--output", "absent/r.txt"], "impossible"),
        (["made.csv", "--suggest"], "aucun schéma du catalogue"),
        (["."], "modèle de document"),
        (["made.pdf", "--schema", "schema.json"], "extension"),
    ],
)
def test_what_cannot_be_run_exits_with_2_and_one_sentence(
    run: Any, tmp_path: Path, arguments: list[str], said: str
) -> None:
    table(tmp_path, "id,prix\n1,2.5\n")
    table(tmp_path, "id,prix\n1,2.5\n", "made.pdf")
    ran = run(*arguments)
    assert ran.code == 2
    assert said in ran.err
    assert ran.err.count("\n") == 1
    assert ran.out == ""


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_written_to_the_output_or_to_a_file(run: Any, tmp_path: Path, form: str) -> None:
    table(tmp_path, "id,prix\n1,x\n")
    ran = run("made.csv", "--schema", "schema.json", "--format", form)
    assert ran.code == 1
    assert ran.out
    assert run("made.csv", "--schema", "schema.json", "--format", form, "--output", "report").code == 1
    assert (tmp_path / "report").stat().st_size > 0


def test_progress_is_shown_on_a_terminal_once_a_run_has_lasted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _progress("en") is None  # not a terminal
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    moments = iter([0.0, 0.5, 2.0, 2.1, 3.0])
    monkeypatch.setattr("cicclo.validation.cli.time.monotonic", lambda: next(moments))
    show = _progress("en")
    assert show is not None
    for share in (0.1, 0.5, 0.51, 1.0):
        show(share)
    said = capsys.readouterr().err
    assert "10%" not in said  # too soon
    assert "51%" not in said  # too close to the one before
    assert "reading" in said
    assert " 50%" in said
    assert said.endswith("\x1b[K")


def test_a_reader_that_leaves_is_no_failure(tmp_path: Path) -> None:
    """`cicclo validate … | head -1`."""
    (tmp_path / "schema.json").write_text(json.dumps(SCHEMA), "utf-8")
    table(tmp_path, "id,prix\n" + "".join(f"x{i},1\n" for i in range(20_000)))
    command = (
        f"{sys.executable} -m cicclo.hub.cli validate made.csv --schema schema.json --all-errors --details"
    )
    done = subprocess.run(f"{command} | head -1", shell=True, cwd=tmp_path, capture_output=True, check=False)
    assert done.stdout.decode().startswith("✗ made.csv")
    assert done.stderr == b""


def test_the_formats_offered_are_those_that_exist() -> None:
    assert set(FORMATS) == set(REPORTS)


def test_fix_writes_a_mended_file_and_its_changes(run: Any, tmp_path: Path) -> None:
    """The verdict is that of the mended file."""
    source = table(tmp_path, 'ID;prix\n1;"2,5"\n', encoding="utf-8-sig")
    before = source.read_bytes()
    ran = run("made.csv", "--schema", "schema.json", "--fix", "out.csv", "--lang", "en")
    assert ran.code == 0
    assert "1 value mended in 1 row" in ran.err
    assert (tmp_path / "out.csv").read_text("utf-8") == "id,prix\n1,2.5\n"
    changes = (tmp_path / "out.csv.changes.csv").read_text("utf-8-sig").splitlines()
    assert changes == [
        "row,column,repair,before,after",
        '0,,encoding,"utf-8, BOM",utf-8',
        '0,,separator,;,","',
        "1,id,header,ID,id",
        '2,prix,decimal-comma,"2,5",2.5',
    ]
    assert source.read_bytes() == before


def test_a_schema_is_deduced_when_one_fits_for_sure(run: Any, tmp_path: Path) -> None:
    table(tmp_path, "id,prix\n1,2.5\n")
    ran = run("made.csv", "--among", ".")
    assert ran.code == 0
    assert "schéma : schema.json" in ran.err
    table(tmp_path, "autre\n1\n")
    ran = run("made.csv", "--among", ".")
    assert ran.code == 2
    assert "aucun schéma ne convient" in ran.err


def test_suggest_ranks_and_gives_reasons(run: Any, tmp_path: Path) -> None:
    table(tmp_path, "id,x\n1,2.5\n")
    ran = run("made.csv", "--among", ".", "--suggest", "--lang", "en")
    assert ran.code == 0
    assert "1 of your 2 columns are in this schema" in ran.out
    told = json.loads(run("made.csv", "--among", ".", "--suggest", "--json").out)
    assert [fit["schema"] for fit in told] == ["schema.json"]


def test_a_wrong_schema_is_told_and_may_be_used_all_the_same(run: Any, tmp_path: Path) -> None:
    wrong = {**SCHEMA, "fields": [*SCHEMA["fields"], {"name": "x", "type": "nombre"}]}  # type: ignore[misc]
    (tmp_path / "wrong.json").write_text(json.dumps(wrong), "utf-8")
    table(tmp_path, "id,prix,x\n1,2.5,a\n")
    ran = run("made.csv", "--schema", "wrong.json")
    assert ran.code == 2
    assert "--despite-schema" in ran.err
    assert run("made.csv", "--schema", "wrong.json", "--despite-schema").code == 0


def test_several_files_are_several_reports(run: Any, tmp_path: Path) -> None:
    table(tmp_path, "id,prix\n1,2.5\n", "a.csv")
    table(tmp_path, "id,prix\nx,2.5\n", "b.csv")
    ran = run("a.csv", "b.csv", "--schema", "schema.json")
    assert ran.code == 1
    assert "✓ a.csv" in ran.out
    assert "✗ b.csv" in ran.out
    assert [
        told["valid"] for told in json.loads(run("a.csv", "b.csv", "--schema", "schema.json", "--json").out)
    ] == [
        True,
        False,
    ]
    assert run("a.csv", "b.csv", "--schema", "schema.json", "--format", "html").code == 2


def test_errors_stop_at_the_limit_unless_all_are_asked_for(run: Any, tmp_path: Path) -> None:
    table(tmp_path, "id,prix\n" + "x,1\n" * 1500)
    for arguments, count, complete in (
        ([], 1000, False),
        (["--limit", "10"], 10, False),
        (["--all-errors"], 1500, True),
    ):
        told = json.loads(run("made.csv", "--schema", "schema.json", "--json", *arguments).out)
        assert (told["counts"]["errors"], told["complete"], told["counts"]["rows"]) == (count, complete, 1500)


def test_strict_parity_gives_the_report_of_validata(run: Any, tmp_path: Path) -> None:
    table(tmp_path, "id,prix\nx,1\n")
    told = json.loads(run("made.csv", "--schema", "schema.json", "--strict-parity", "--json").out)
    assert set(told) == {"valid", "stats", "warnings", "errors"}
    assert told["errors"][0]["title"] == "Format entier incorrect"


def test_details_list_every_error(run: Any, tmp_path: Path) -> None:
    table(tmp_path, "id,prix\n" + "".join(f"x{i},1\n" for i in range(20)))
    short = run("made.csv", "--schema", "schema.json").out
    long = run("made.csv", "--schema", "schema.json", "--details").out
    assert "x19" not in short
    assert "ligne 21, id : « x19 »" in long


def test_a_data_package_is_validated_whole(run: Any, tmp_path: Path) -> None:
    table(tmp_path, "id,prix\n1,x\n")
    (tmp_path / "datapackage.json").write_text(
        json.dumps({"resources": [{"name": "m", "path": "made.csv", "schema": SCHEMA}]}), "utf-8"
    )
    ran = run("datapackage.json")
    assert ran.code == 1
    assert "prix" in ran.out


SQUARE = [[[2.0, 49.0], [2.1, 49.0], [2.1, 49.1], [2.0, 49.1], [2.0, 49.0]]]
BOW_TIE = [[[2.0, 49.0], [2.1, 49.1], [2.1, 49.0], [2.0, 49.1], [2.0, 49.0]]]


def layer(folder: Path, *rings: Any) -> None:
    features = [
        {"type": "Feature", "properties": {"id": n}, "geometry": {"type": "Polygon", "coordinates": ring}}
        for n, ring in enumerate(rings)
    ]
    (folder / "zones.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": features}), "utf-8"
    )


def test_a_geographic_file_needs_no_schema(run: Any, tmp_path: Path) -> None:
    layer(tmp_path, SQUARE)
    assert run("zones.geojson").code == 0
    layer(tmp_path, SQUARE, BOW_TIE)
    ran = run("zones.geojson", "--lang", "en")
    assert ran.code == 1
    assert "row 3" in ran.out


def test_what_is_expected_of_a_layer_is_checked(run: Any, tmp_path: Path) -> None:
    """The square is in the Oise (60), not in the Nord (59)."""
    layer(tmp_path, SQUARE)
    assert run("zones.geojson", "--expect", "territory=60").code == 0
    assert run("zones.geojson", "--expect", "territory=59").code == 1
    assert run("zones.geojson", "--expect", "extent=2,49,3,50", "--expect", "geometry_type=Polygon").code == 0
    assert run("zones.geojson", "--expect", "srs=2154").code == 1
    for wrong in ("colour=red", "dimension=x"):
        assert run("zones.geojson", "--expect", wrong).code == 2


@needs_shared
def test_a_planning_document_is_judged_by_its_model(run: Any) -> None:
    folder = IRVE.parents[1] / "geo-41175_PLU_20140603"
    ran = run(str(folder / "41175_PLU_20140603"), "--schema", str(folder / "model" / "cnig_PLU_2013"))
    assert ran.code == 1
    assert "METADONNEES" in ran.out


@needs_shared
def test_a_json_document_is_judged_by_its_json_schema(run: Any) -> None:
    folder = IRVE.parents[1] / "json-amenagements-cyclables"
    assert run(str(folder / "exemple-valide.json"), "--schema", str(folder / "schema.json")).code == 0
    ran = run(str(folder / "derive-invalide.json"), "--schema", str(folder / "schema.json"))
    assert ran.code == 1
    assert "id_local" in ran.out


@needs_shared
def test_the_demonstration_is_valid_and_its_anomalies_are_told(run: Any) -> None:
    for lang, said in ("fr", "publié par deux producteurs"), ("en", "published by two producers"):
        ran = run(str(DEMO / "irve_doublon_longueau.csv"), "--schema", str(IRVE), "--lang", lang)
        assert ran.code == 0
        assert said in ran.out
    assert (
        "producteurs"
        not in run(str(DEMO / "irve_doublon_longueau.csv"), "--schema", str(IRVE), "--no-coherence").out
    )
