"""`cicclo policies`: check, evaluate, explain, compile, write, and read DataPass."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter

from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text
from cicclo.policies import datapass as habilitations
from cicclo.policies.counting import Counter
from cicclo.policies.deciding import Duties, decide
from cicclo.policies.explaining import explain as reasons_of
from cicclo.policies.explaining import who as allowed
from cicclo.policies.licences import LICENCES
from cicclo.policies.licences import policy as licensed
from cicclo.policies.loading import load_file
from cicclo.policies.model import ODRL, Policy
from cicclo.policies.operands.date_time import PARIS
from cicclo.policies.publishing import as_json, as_turtle
from cicclo.policies.reading import policies as policies_of
from cicclo.policies.report import Decision
from cicclo.policies.requests import at_the_time_of
from cicclo.policies.requests import request as request_of
from cicclo.policies.requests import state as state_of
from cicclo.policies.shapes import Problem, judge, problems, refuse
from cicclo.policies.situation import Request, State
from cicclo.policies.targets import TARGETS
from cicclo.policies.targets._restriction import Asked
from cicclo.policies.writing import json_text, turtle
from cicclo.requirements import find

app = App(
    name="policies",
    help="Droits sur les données en ODRL : vérifier, décider, expliquer, traduire. / Rights on data in ODRL.",
)
Lang = Literal["fr", "en"]
Files = Annotated[tuple[Path, ...], Parameter(consume_multiple=True)]
Flag = Annotated[bool, Parameter(negative=())]
MOST_BYTES = 2_000_000


@app.command
def check(*files: Path, json: Flag = False, lang: Lang = "fr") -> int:
    """Vérifier des politiques : ce qui ne va pas, où, et comment le corriger. / Check policies.

    Parameters
    ----------
    files
        Politiques en JSON-LD ou en Turtle.
    json
        Le résultat en JSON, pour les machines.
    lang
        Langue des textes : fr ou en.
    """
    if not files:
        raise _missing("un fichier au moins", "one file at least")
    found = [(path, problem) for path in files for problem in problems(_bytes(path), str(path))]
    if json:
        _print_json([_as_data(path, problem, lang) for path, problem in found])
    for path, problem in found if not json else ():
        _say(_line(path, problem, lang))
    if not json:
        words = Text(
            f"{len(found)} problème(s), {len(files)} fichier(s)",
            f"{len(found)} problem(s), {len(files)} file(s)",
        )
        _say(words.get(lang))
    return 1 if found else 0


@app.command
def evaluate(
    *,
    policy: Files = (),
    request: Path | None = None,
    state: Path | None = None,
    format: Literal["json", "turtle"] = "json",  # noqa: A002 - the option's name
    duties: Literal["reported", "fulfilled"] = "reported",
    at: datetime | None = None,
    quotas: Path | None = None,
    lang: Lang = "fr",
) -> int:
    """Évaluer une demande : le rapport règle par règle et prémisse par prémisse. / Evaluate a request.

    Parameters
    ----------
    policy
        Politiques en JSON-LD ou en Turtle ; plusieurs fichiers peuvent suivre.
    request
        La demande : odrl:Request, ou EvaluationRequest de la sémantique formelle.
    state
        L'état du monde.
    format
        json ou turtle (vocabulaire du compliance report).
    duties
        reported : un devoir dit « non fixé » par un rapport n'arrête pas ; fulfilled : seul un devoir rempli permet.
    at
        L'heure du jugement, quand l'état ne la dit pas ; par défaut maintenant.
    quotas
        Fichier SQLite des quotas déjà pris.
    lang
        Langue des remarques sur les politiques.
    """
    decision = _decision(policy, request, state, duties=Duties(duties), at=at, quotas=quotas, lang=lang)
    if format == "turtle":
        _say(as_turtle(decision))
    else:
        _print_json(as_json(decision))
    return 0


@app.command
def explain(
    *,
    policy: Files = (),
    request: Path | None = None,
    state: Path | None = None,
    at: datetime | None = None,
    quotas: Path | None = None,
    who: str = "",
    lang: Lang = "fr",
) -> int:
    """Dire pourquoi c'est permis ou refusé, et que faire ; le code de sortie est 1 pour un refus. / Say why.

    Parameters
    ----------
    policy
        Politiques en JSON-LD ou en Turtle.
    request
        La demande.
    state
        L'état du monde.
    at
        L'heure du jugement, quand l'état ne la dit pas.
    quotas
        Fichier SQLite des quotas déjà pris.
    who
        Au lieu d'une demande : qui peut faire quoi avec cette donnée (son IRI).
    lang
        Langue des textes : fr ou en.
    """
    if who:
        return _who(_policies(policy, lang), who, lang)
    decision = _decision(policy, request, state, duties=Duties.FULFILLED, at=at, quotas=quotas, lang=lang)
    said = reasons_of(decision)
    _say(said.answer.get(lang))
    for reason in said.reasons:
        _say(f"- {reason.get(lang)}")
    for remedy in said.remedies:
        _say(f"→ {remedy.get(lang)}")
    return 0 if decision.permitted else 1


app.command(explain, name="decide")


@app.command(name="compile")
def compile_for(
    target: str,
    *,
    policy: Files = (),
    request: Path | None = None,
    state: Path | None = None,
    at: datetime | None = None,
    column: tuple[str, ...] = (),
    option: tuple[str, ...] = (),
    lang: Lang = "fr",
) -> int:
    """Traduire une décision dans la forme d'une plateforme ; les pertes vont sur la sortie d'erreur. / Compile.

    Parameters
    ----------
    target
        cql2, geoserver-acl ou geonetwork.
    policy
        Politiques en JSON-LD ou en Turtle.
    request
        La demande : qui, quoi, sur quelle collection.
    state
        L'état du monde.
    at
        L'heure du jugement, quand l'état ne la dit pas.
    column
        Colonne du jeu de données, par exemple insee=code_commune.
    option
        Ce qu'une cible demande, par exemple role=ROLE_DDT ou attributes=id,nom.
    lang
        Langue des textes : fr ou en.
    """
    if target not in TARGETS:
        raise BadInput(
            Text(f"cible inconnue : {target}", f"unknown target: {target}"),
            remedy=Text(f"cibles : {', '.join(TARGETS)}", f"targets: {', '.join(TARGETS)}"),
        )
    asked, world = _asked(request, state, at, None)
    found = TARGETS[target].compile(
        Asked(tuple(_policies(policy, lang)), asked, world, _pairs(column), _pairs(option))
    )
    _print_json(found.document)
    for loss in found.losses:
        _remark(f"{loss.at} — {loss.message.get(lang)}")
    return 0


@app.command
def write(*files: Path, format: Literal["json", "turtle"] = "json", lang: Lang = "fr") -> int:  # noqa: A002
    """Récrire des politiques, règle atomique par règle atomique. / Write policies again, expanded.

    Parameters
    ----------
    files
        Politiques en JSON-LD ou en Turtle.
    format
        json (JSON-LD) ou turtle.
    lang
        Langue des remarques.
    """
    found = _policies(files, lang)
    _say(turtle(found) if format == "turtle" else json_text(found))
    return 0


@app.command
def datapass(
    file: Path,
    *,
    table: Path,
    assigner: str,
    format: Literal["json", "turtle"] = "json",  # noqa: A002 - the option's name
) -> int:
    """Faire des accords ODRL d'habilitations DataPass (réponse de l'API ou webhook). / Make agreements.

    Parameters
    ----------
    file
        Le JSON de DataPass.
    table
        Table du fournisseur en JSON : définition, scope, puis targets, actions, extent, attributes, until.
    assigner
        IRI du fournisseur de la donnée.
    format
        json (JSON-LD) ou turtle.
    """
    opens = habilitations.table(_json(table))
    found = habilitations.agreements(habilitations.habilitations(_json(file)), opens, assigner)
    if not found:
        raise BadInput(
            Text(
                "aucun scope de ces habilitations n'est dans la table",
                "no scope of these habilitations is in the table",
            ),
            at=str(file),
            remedy=Text(
                "ajouter la définition et le scope à la table",
                "add the definition and the scope to the table",
            ),
        )
    _say(turtle(found) if format == "turtle" else json_text(found))
    return 0


@app.command
def licence(
    name: str,
    *,
    target: str,
    assigner: str,
    format: Literal["json", "turtle"] = "json",  # noqa: A002 - the option's name
    lang: Lang = "fr",
) -> int:
    """Écrire une licence ouverte en ODRL pour une donnée ; ce qu'ODRL ne dit pas va sur la sortie d'erreur. / Licence.

    Parameters
    ----------
    name
        lov2 (Licence Ouverte 2.0), odbl (ODbL 1.0) ou cc-by (CC BY 4.0).
    target
        IRI de la donnée.
    assigner
        IRI de qui donne la licence.
    format
        json (JSON-LD) ou turtle.
    lang
        Langue de la remarque.
    """
    if name not in LICENCES:
        raise BadInput(
            Text(f"licence inconnue : {name}", f"unknown licence: {name}"),
            remedy=Text(f"licences : {', '.join(LICENCES)}", f"licences: {', '.join(LICENCES)}"),
        )
    made = licensed(LICENCES[name], target, assigner)
    refuse(judge(made))
    _say(turtle([made]) if format == "turtle" else json_text([made]))
    _remark(LICENCES[name].unsaid.get(lang))
    return 0


def _decision(
    policy: Files,
    request: Path | None,
    state: Path | None,
    *,
    duties: Duties,
    at: datetime | None,
    quotas: Path | None,
    lang: str,
) -> Decision:
    found = _policies(policy, lang)
    asked, world = _asked(request, state, at, quotas)
    return decide(found, asked, world, duties=duties)


def _policies(files: tuple[Path, ...], lang: str) -> list[Policy]:
    """Read each file; what is wrong but can be used is remarked on the error output."""
    if not files:
        raise _missing("--policy FICHIER", "--policy FILE")
    found: list[Policy] = []
    for path in files:
        said = problems(_bytes(path), str(path))
        refuse(said)
        for problem in said:
            _remark(_line(path, problem, lang))
        found += policies_of(load_file(path))
    return found


def _asked(
    request: Path | None, state: Path | None, at: datetime | None, quotas: Path | None
) -> tuple[Request, State]:
    if request is None:
        raise _missing("--request FICHIER", "--request FILE")
    now = at or datetime.now(UTC)
    now = now if now.tzinfo else now.replace(tzinfo=PARIS)
    asked = request_of(load_file(request), str(request))
    world = state_of(load_file(state), now) if state else State(now)
    if state is None and at is None:
        world = at_the_time_of(asked, world)
    if quotas is None:
        return asked, world
    return asked, State(
        world.now, world.members, world.facts, world.events, world.reports, Counter(quotas), world.uid
    )


def _who(policies: list[Policy], target: str, lang: str) -> int:
    rows = allowed(policies, target)
    for party, action, conditions in rows:
        anyone = "n'importe qui" if lang == "fr" else "anyone"
        _say(f"{party or anyone}  {action.removeprefix(ODRL)}  ({conditions.get(lang)})")
    return 0 if rows else 1


def _line(path: Path, problem: Problem, lang: str) -> str:
    remedy = find(problem.requirement).remedy
    place = f"{path}: {problem.at}" if problem.at and problem.at != str(path) else str(path)
    return f"{place} — {problem.message.get(lang)} [{problem.requirement}] → {remedy.get(lang)}"


def _as_data(path: Path, problem: Problem, lang: str) -> dict[str, Any]:
    return {
        "file": str(path),
        "at": problem.at,
        "requirement": problem.requirement,
        "message": problem.message.get(lang),
        "remedy": find(problem.requirement).remedy.get(lang),
        "fatal": problem.fatal,
    }


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise BadInput(
            Text("ce fichier n'existe pas", "there is no such file"),
            at=str(path),
            remedy=Text("vérifier le chemin", "check the path"),
        )
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _json(path: Path) -> Any:
    try:
        return json.loads(_bytes(path))
    except (ValueError, RecursionError) as error:
        raise BadInput(Text("JSON mal formé", "malformed JSON"), at=str(path)) from error


def _pairs(said: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for pair in said:
        name, equals, value = pair.partition("=")
        if not equals:
            raise BadInput(
                Text(f"« {pair} » n'est pas nom=valeur", f"“{pair}” is not name=value"),
                remedy=Text("par exemple insee=code_commune", "for example insee=code_commune"),
            )
        found[name] = value
    return found


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _remark(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _print_json(document: Any) -> None:
    _say(json.dumps(document, ensure_ascii=False, indent=2))


def _missing(fr: str, en: str) -> BadInput:
    return BadInput(
        Text(f"il manque {fr}", f"missing: {en}"),
        remedy=Text("voir cicclo policies COMMANDE --help", "see cicclo policies COMMAND --help"),
    )
