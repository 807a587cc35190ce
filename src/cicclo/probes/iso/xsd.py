"""Full XML Schema validation of ISO 19139, when the operator has the schemas (their licence lets nobody ship them)."""

import os
from functools import cache
from pathlib import Path

from lxml import etree

from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text

SETTING = "CICCLO_ISO19139_XSD"
_GML_OLD = b"http://www.opengis.net/gml"
_GML_NEW = b"http://www.opengis.net/gml/3.2"


def schema() -> etree.XMLSchema | None:
    """The schema of the folder named by the environment (it holds `gmd/gmd.xsd`), None when there is none.

    Raise BadInput for a folder that does not hold the schemas: libxml2 passes over imports it cannot read, and
    every record would then be found wrong.
    """
    folder = os.environ.get(SETTING, "")
    if not folder:
        return None
    try:
        return load(folder)
    except (OSError, etree.XMLSchemaParseError, etree.XMLSyntaxError) as error:
        message = Text(f"schémas XML inutilisables : {error}", f"unusable XML Schemas: {error}")
        remedy = Text(
            f"{SETTING} : un dossier où se trouve gmd/gmd.xsd", f"{SETTING}: a folder that holds gmd/gmd.xsd"
        )
        raise BadInput(message, at=SETTING, remedy=remedy) from error


class _Offline(etree.Resolver):  # type: ignore[misc]  # lxml has no types
    """Remote schemas (SMIL, of no use to metadata) are read as empty ones: nothing is fetched."""

    def resolve(self, url: str, _public: str, context: object) -> object:
        if "://" not in url or url.startswith("file:"):
            return None
        target = "http://www.w3.org/2001/SMIL20/Language" if "smil" in url.lower() else "urn:absent"
        empty = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{target}"/>'
        return self.resolve_string(empty, context)


@cache
def load(folder: str) -> etree.XMLSchema:
    """Compile the schemas of a folder laid out as on standards.iso.org; raise OSError or XMLSchemaParseError."""
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    parser.resolvers.add(_Offline())
    wanted = ("gmi/gmi.xsd", "gmx/gmx.xsd", "srv/srv.xsd")
    for file in ("gmd/gmd.xsd", *wanted):
        if not (Path(folder) / file).is_file():
            raise FileNotFoundError(file)
    imports = "".join(
        f'<xs:import namespace="{namespace}" schemaLocation="{(Path(folder) / file).as_uri()}"/>'
        for namespace, file in zip(
            (
                "http://www.isotc211.org/2005/gmi",
                "http://www.isotc211.org/2005/gmx",
                "http://www.isotc211.org/2005/srv",
            ),
            wanted,
            strict=True,
        )
    )
    wrapper = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>'
    return etree.XMLSchema(etree.fromstring(wrapper.encode(), parser))


def errors(compiled: etree.XMLSchema, root: etree._Element) -> list[tuple[int, str]]:
    """Line and message of what a record gets wrong; both GML namespaces in use are accepted."""
    body = etree.tostring(root)
    if _GML_NEW not in body:
        body = body.replace(b'"' + _GML_OLD + b'"', b'"' + _GML_NEW + b'"')
    compiled.validate(etree.fromstring(body))
    return [(entry.line, entry.message) for entry in compiled.error_log]
