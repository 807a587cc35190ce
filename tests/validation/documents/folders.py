"""IGN's test documents, completed: the copy under `shared` has their geographic files only.

What is not there is made here, with the facts that IGN's own regression tests assert (CnigValidatorRegressTest):
written pieces, DOC_URBA with a bad DATEREF, and a metadata record with the same mistakes.
"""

import shutil
from pathlib import Path

import numpy as np
import pytest
from pyogrio.raw import write

from .records import Locator, Record, xml

ROOT = Path(__file__).parents[3]
SHARED = ROOT.parent / "shared" / "data" / "schemas"
PLU = SHARED / "geo-41175_PLU_20140603"
SUP = SHARED / "geo-123456789_A5_88_20200313"
PDF = b"%PDF-1.4\n%%EOF\n"


def needs(folder: Path) -> None:
    if not folder.is_dir():
        pytest.skip(f"{folder.name} is not beside the project (shared/data/schemas)")


def dbf(path: Path, columns: dict[str, list[str]]) -> None:
    """Write a table without geometry, with GDAL."""
    data = [np.array(values, dtype=object) for values in columns.values()]
    write(
        path,
        geometry=None,
        field_data=data,
        fields=list(columns),
        driver="ESRI Shapefile",
        geometry_type=None,
        encoding="UTF-8",
    )
    path.with_suffix(".cpg").unlink(missing_ok=True)


def copy(source: Path, target: Path) -> Path:
    """Copy a read-only folder into a writable one."""
    shutil.copytree(source, target, copy_function=shutil.copyfile)
    for path in [target, *target.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    return target


def pdf(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(PDF)


PLU_RECORD = Record(
    resource="fr-000041175-plu20140603",
    extent=("558918.2", "6750022.5", "564184.8", "6757165.5"),
    characters="",
    denominator="",
    system=("", ""),
    locators=(Locator("", ""), Locator("", ""), Locator("", "")),
    keywords=(
        ("GEMET - INSPIRE themes, version 1.0", "Usage des sols"),
        ("Types de documents d’urbanisme", "PLU"),
    ),
    specifications=(
        ("CNIG PLU v2013", "2013-04-19", "true"),
        ("Data Specification on Land use - Draft Technical Guidelines", "2013-04-02", "false"),
    ),
)

SUP_RECORD = Record(
    identifier="SUP-A5-88-123456789-20200313",
    title="Servitude d’utilité publique de catégorie A5",
    resource="https://www.geoportail-urbanisme.gouv.fr/document/123456789_A5_88_20200313",
    revision="2020-03-13",
    specifications=(("CNIG SUP v2016", "2016-07-01", "true"),),
    keywords=(
        ("Nomenclature nationale des SUP", "A5"),
        ("Code officiel géographique au 1er janvier 2020", "088"),
        ("Répertoire SIRENE", "123456789"),
    ),
)


def plu(tmp_path: Path, record: Record = PLU_RECORD) -> Path:
    """Return a whole 41175_PLU_20140603."""
    folder = copy(PLU / "41175_PLU_20140603", tmp_path / "41175_PLU_20140603")
    written = folder / "Pieces_ecrites"
    pdf(written / "1_Rapport_de_presentation" / "41175_rapport_20140603.pdf")
    pdf(written / "2_PADD" / "41175_PADD_20140603.pdf")
    pdf(written / "3_Reglement" / "41175_reglement_20140603.pdf")
    pdf(written / "4_Annexes" / "41175_annexe_20140603.pdf")
    dbf(folder / "DOC_URBA.dbf", DOC_URBA)
    dbf(folder / "DOC_URBA_COM.dbf", {"IDURBA": ["4117520140603"], "INSEE": ["41175"]})
    (folder / "fr-000041175-plu20140603.xml").write_text(xml(record), "utf-8")
    return folder


DOC_URBA = {
    "IDURBA": ["4117520140603"],
    "TYPEDOC": ["PLU"],
    "DATAPPRO": ["20140603"],
    "DATEFIN": [""],
    "INTERCO": ["F"],
    "SIREN": [""],
    "ETAT": ["03"],
    "NOMREG": ["41175_reglement_20140603.pdf"],
    "URLREG": [""],
    "NOMPLAN": [""],
    "URLPLAN": [""],
    "SITEWEB": [""],
    "TYPEREF": ["01"],
    "DATEREF": ["2011"],
}


def sup(tmp_path: Path, record: Record = SUP_RECORD) -> Path:
    """Return a whole 123456789_A5_88_20200313."""
    folder = copy(SUP / "123456789_A5_88_20200313", tmp_path / "123456789_A5_88_20200313")
    pdf(folder / "Actes" / "A5_ValMoselle_act.pdf")  # the file that ACTE_SUP names
    (folder / "SUP-A5-88-123456789-20200313.xml").write_text(xml(record), "utf-8")
    return folder
