"""`cicclo validate`: a thin door on validation, its suggestions, its repairs and its reports."""

import gc
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Literal

from cyclopts import App, Parameter

from cicclo.kernel.errors import BadInput
from cicclo.kernel.settings import load
from cicclo.kernel.text import Text
from cicclo.validation.model import Options
from cicclo.validation.running import Run, Wish
from cicclo.validation.settings import Settings

if TYPE_CHECKING:
    from cicclo.validation.model import Report
    from cicclo.validation.suggestion import Fit

app = App(
    name="validate",
    help="Valider des données selon leur schéma, et les réparer. / Validate data against their schema, and mend them.",
)
FORMATS = ("csv", "html", "json", "sarif", "strict", "text")
STYLES = {"title": "bold", "good": "bold green", "bad": "red", "warning": "yellow", "dim": "dim"}
QUIET = 1.0
"""Seconds before progress is shown: most files are done by then."""
WIDE = 30


@app.default
def validate(
    *files: str,
    schema: str = "",
    all_errors: bool = False,
    limit: int = 1000,
    format: str = "text",  # noqa: A002 - the option's name
    details: bool = False,
    output: Path | None = None,
    fix: Path | None = None,
    fix_log: Path | None = None,
    suggest: bool = False,
    among: Path | None = None,
    strict_parity: bool = False,
    despite_schema: bool = False,
    ignore_header_case: bool = False,
    coherence: bool | None = None,
    key: tuple[str, ...] = (),
    sheet: str = "",
    expect: tuple[str, ...] = (),
    engine: str = "auto",
    allow_private: bool = False,
    offline: bool = False,
    lang: Literal["fr", "en"] = "fr",
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Valider des fichiers : tableaux, couches géographiques, documents d'urbanisme, paquets de données.

    Parameters
    ----------
    files
        Fichiers, dossiers ou adresses http(s).
    schema
        Nom du catalogue (etalab/schema-irve-statique@2.3.1), adresse ou fichier ; deviné si absent.
    all_errors
        Toutes les erreurs, et non les premières.
    limit
        Nombre d'erreurs où s'arrêter (1000, comme Validata).
    format
        Forme du rapport : text, json, html, csv, sarif, strict.
    details
        Avec text, chaque erreur à la suite du résumé.
    output
        Fichier où écrire le rapport.
    fix
        Écrire ici le fichier réparé (CSV, UTF-8, virgules) ; le code de sortie est alors le sien.
    fix_log
        Liste des changements (par défaut à côté du fichier réparé : .changes.csv).
    suggest
        Dire quels schémas conviennent, sans valider.
    among
        Dossier de schémas où chercher, au lieu du catalogue.
    strict_parity
        Les verdicts et les phrases de Validata 0.13, à la lettre.
    despite_schema
        Valider même si le schéma est lui-même incorrect.
    ignore_header_case
        Accepter les noms de colonnes quelle que soit leur casse.
    coherence
        Chercher aussi ce qu'un schéma ne dit pas : doublons, contradictions, lieux (oui jusqu’à 256 Mo).
    key
        Colonnes qui identifient une ligne dans le rapport.
    sheet
        Feuille du classeur, ou fichier de l'archive.
    expect
        Ce qu'une couche géographique doit être : territory=59, srs=2154, coverage=true…
    engine
        Moteur : auto, exact, polars, spark.
    allow_private
        Autoriser les adresses privées et locales.
    offline
        Ne rien demander au réseau : schémas déjà lus seulement.
    lang
        Langue du rapport.
    json
        Comme --format json.
    """
    gc.set_threshold(200_000, 20, 20)  # records are many lists, none of them in a cycle: a tenth of the time
    form = "strict" if strict_parity and (json or format == "json") else "json" if json else format
    strict_parity = strict_parity or form == "strict"
    _check(files, form, fix, output)
    run = _run(
        Wish(schema, among, despite_schema, coherence, sheet, fix, fix_log, expect),
        Options(0 if all_errors else limit, strict_parity, ignore_header_case, engine, _progress(lang), key),
        lang,
        allow_private=allow_private,
        offline=offline,
    )
    with ExitStack() as opened:
        if suggest:
            return _suggest(run, files[0], opened, form, lang)
        reports = [report for file in files for report in run.reports(file, opened)]
        try:
            _write(reports, form, output, lang, details=details)
            sys.stdout.flush()
        except BrokenPipeError:  # whoever reads has seen enough (`| head`)
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return int(not all(report.valid for report in reports))


def _check(files: Sequence[str], form: str, fix: Path | None, output: Path | None) -> None:
    if not files:
        raise BadInput(
            Text("aucun fichier à valider", "no file to validate"),
            remedy=Text("cicclo validate FICHIER --schema NOM", "cicclo validate FILE --schema NAME"),
        )
    if form not in FORMATS:
        names = ", ".join(FORMATS)
        raise BadInput(
            Text(f"format inconnu « {form} »", f"unknown format “{form}”"), remedy=Text(names, names)
        )
    if output and output.exists() and any(Path(file).exists() and output.samefile(file) for file in files):
        raise BadInput(
            Text("le fichier source n'est jamais réécrit", "the source file is never written to"),
            at=str(output),
        )
    if fix and len(files) > 1:
        raise BadInput(Text("--fix répare un fichier à la fois", "--fix mends one file at a time"))


def _run(wish: Wish, options: Options, lang: str, *, allow_private: bool, offline: bool) -> Run:
    said = {"allow_private": allow_private or None, "offline": offline or None}
    settings = load(Settings, os.environ, **said)

    def tell(text: Text) -> None:
        print(text.get(lang), file=sys.stderr)  # noqa: T201 - this is the command line

    return Run(settings, options, wish, tell, _arriving(lang))


def _progress(lang: str) -> Callable[[float], None] | None:
    """Show the share done on a terminal, once a run has lasted."""
    if not sys.stderr.isatty():
        return None
    started, last = time.monotonic(), 0.0

    def show(share: float) -> None:
        nonlocal last
        now = time.monotonic()
        if now - started < QUIET or (now - last < 0.2 and share < 1):
            return
        last = now
        done = round(WIDE * share)
        word = "reading" if lang == "en" else "lecture"
        end = "\r\x1b[K" if share >= 1 else ""
        sys.stderr.write(f"\r{word} [{'█' * done}{' ' * (WIDE - done)}] {share:4.0%}{end}")
        sys.stderr.flush()

    return show


def _arriving(lang: str) -> Callable[[int, int], None] | None:
    show = _progress(lang)
    if show is None:
        return None
    return lambda came, announced: show(came / announced) if announced else None


def _write(reports: Sequence["Report"], form: str, output: Path | None, lang: str, *, details: bool) -> None:
    if form == "text" and output is None:
        for report in reports:
            _show(report, lang, details=details)
        return
    if len(reports) > 1 and form not in ("text", "json"):
        raise BadInput(
            Text(
                "un rapport de cette forme ne porte que sur un fichier",
                "a report of this form is about one file",
            ),
            remedy=Text(
                "valider les fichiers un à un, ou --format json",
                "validate one file at a time, or --format json",
            ),
        )
    if output is None:
        _send(reports, form, sys.stdout.buffer, lang)
        return
    try:
        with output.open("wb") as file:
            _send(reports, form, file, lang)
    except OSError as error:
        raise BadInput(
            Text(f"impossible d'y écrire : {error.strerror}", f"cannot write there: {error.strerror}"),
            at=str(output),
        ) from error


def _send(reports: Sequence["Report"], form: str, out: BinaryIO, lang: str) -> None:
    from cicclo.validation.reports import REPORTS  # noqa: PLC0415 - start fast
    from cicclo.validation.reports._saying import of_tables  # noqa: PLC0415

    if form == "strict" and not all(of_tables(fault) for report in reports for fault in report.faults):
        raise BadInput(
            Text(
                "Validata n'a pas de rapport pour ce genre de fichier",
                "Validata has no report for this kind of file",
            ),
            remedy=Text("--format json", "--format json"),
        )
    several = form == "json" and len(reports) > 1
    for index, report in enumerate(reports):
        if several:
            out.write(b"," if index else b"[")
        REPORTS[form].write(report, out, lang)
    if several:
        out.write(b"]\n")


def _show(report: "Report", lang: str, *, details: bool) -> None:
    """Print for a person: styled on a terminal, plain elsewhere."""
    from cicclo.validation.reports.text import show  # noqa: PLC0415

    if sys.stdout.isatty():
        from rich.console import Console  # noqa: PLC0415 - 40 ms, and only a terminal needs it
        from rich.text import Text as Styled  # noqa: PLC0415

        console = Console(highlight=False, soft_wrap=True)
        show(
            report,
            lang,
            lambda line, style: console.print(Styled(line, STYLES.get(style, ""))),
            details=details,
        )
    else:
        show(report, lang, lambda line, _style: sys.stdout.write(f"{line}\n"), details=details)


def _suggest(run: Run, file: str, opened: ExitStack, form: str, lang: str) -> int:
    from cicclo.validation.readers import open_table  # noqa: PLC0415

    path, _name = run.local(file, opened)
    fits = run.fits(open_table(path, sheet=run.wish.sheet))
    if form == "json":
        import msgspec  # noqa: PLC0415

        sys.stdout.buffer.write(msgspec.json.encode([_told(fit, lang) for fit in fits]) + b"\n")
    else:
        for place, fit in enumerate(fits, 1):
            reasons = ("; " if lang == "en" else " ; ").join(reason.get(lang) for reason in fit.reasons)
            print(f"{place}. {fit.reference}  {fit.score:.0%}  {fit.schema.title}\n   {reasons}")  # noqa: T201
    if not fits:
        run.tell(
            Text(
                "aucun schéma n'a de colonne commune avec ce fichier",
                "no schema shares a column with this file",
            )
        )
    return int(not fits)


def _told(fit: "Fit", lang: str) -> dict[str, object]:
    return {
        "schema": fit.reference,
        "title": fit.schema.title,
        "score": round(fit.score, 4),
        "columns": fit.columns,
        "required": fit.required,
        "required_all": fit.required_all,
        "values": round(fit.values, 4),
        "reasons": [reason.get(lang) for reason in fit.reasons],
    }
