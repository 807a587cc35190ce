"""What the answer behind a link tells: it is alive, it is dead, or nothing can be told."""

from cicclo.probes.model import Verdict, cannot_tell, failed, passed, untested
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer, Failure
from cicclo.web.outgoing.model import FAILURE_TEXTS

# nobody will ever get an answer there; a delay, on the contrary, may be of today
_DEAD = (
    Failure.UNKNOWN_HOST,
    Failure.UNREACHABLE,
    Failure.CERTIFICATE,
    Failure.REDIRECT_LOOP,
    Failure.BAD_REDIRECT,
    Failure.BAD_URL,
)
_NOT_ASKED = (
    Failure.BUDGET,
    Failure.NOT_RECORDED,
    Failure.ROBOTS,
    Failure.ASKED_TO_WAIT,
    Failure.PRIVATE_ADDRESS,
)
_HEAD_REFUSED = (400, 403, 404, 405, 501)


async def head(url: str, ask: Ask) -> Answer:
    """HEAD, then GET of the first byte when HEAD is refused."""
    answer = await ask.send("HEAD", url)
    if answer.failure is None and answer.status in _HEAD_REFUSED:
        return await ask.get(url, range="bytes=0-0")
    return answer


def alive(answer: Answer, *, at: str, facet: str = "") -> Verdict:
    """Judge a link by its answer; redirects that ended well are alive."""
    failure = answer.failure
    if failure is None and answer.status < 400:
        return passed(at=at, facet=facet)
    if failure is None or failure in _DEAD:
        why = failure.value if failure else f"HTTP {answer.status}"
        code = failure.value if failure else f"status-{answer.status}"
        return failed(f"lien mort ({why})", f"dead link ({why})", at=at, code=code, facet=facet)
    said = FAILURE_TEXTS[failure]
    word = untested if failure in _NOT_ASKED else cannot_tell
    return word(said.fr, said.en, at=at, code=failure.value, facet=facet)
