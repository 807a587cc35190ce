"""What every page of the audits needs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from re import sub
from urllib.parse import urlsplit

from cicclo.kernel.errors import BadInput, NotFound
from cicclo.kernel.text import Text
from cicclo.probes.jobs import Jobs, now
from cicclo.probes.model import Options
from cicclo.probes.platforms import Platform, registry
from cicclo.probes.settings import Settings
from cicclo.probes.store import Audit, Listed, Store
from cicclo.requirements import select

LONGEST_ADDRESS = 2000


@dataclass(frozen=True, slots=True)
class Desk:
    """The state, the audits that run on it, and the operator's decisions."""

    store: Store
    jobs: Jobs
    settings: Settings

    def open(self) -> None:
        """Import the registry, then resume what was interrupted."""
        self.store.add_platforms([(p, [p.id]) for p in registry().values()], "registry")
        self.jobs.start()

    def close(self) -> None:
        self.jobs.stop()
        self.store.close()

    def request_audit(self, target: str, profile: str, sample: int) -> Audit:
        """Start an audit of a platform of ours or of an address; raise BadInput for what is neither."""
        select(profile)
        listed = self._listed(target.strip())
        options = Options(
            profile=profile,
            sample=sample,
            concurrency=self.settings.concurrency,
            max_requests=self.settings.max_requests,
            real_clients=self.settings.real_clients,
            today=datetime.now(UTC).date().isoformat(),
        )
        audit = self.store.create(listed.platform.id, listed.targets, options, now())
        self.jobs.submit(audit)
        return audit

    def _listed(self, target: str) -> Listed:
        try:
            return self.store.platform(target)
        except NotFound:
            platform = address_platform(target)
        try:
            known = self.store.platform(platform.id)
            return replace(known, targets=(target,))
        except NotFound:
            self.store.add_platform(platform, (target,))
            return Listed(platform, "added", (target,))


def address_platform(target: str) -> Platform:
    """Return the platform that an address stands for: its host; raise BadInput when it is no web address."""
    parts = _split(target)
    if parts is None:
        raise BadInput(
            Text(
                "ni une adresse http(s)://…, ni une plateforme de la liste",
                "neither an http(s)://… address nor a platform of the list",
            ),
            at=target[:100],
        )
    name = sub(r"[^a-z0-9]+", "-", parts.lower()).strip("-")
    return Platform(name, parts, "", target, ())


def _split(target: str) -> str | None:
    """Host and port of a web address; None when it is not one, or carries a password."""
    if len(target) > LONGEST_ADDRESS or any(
        character.isspace() or not character.isprintable() for character in target
    ):
        return None
    try:
        parts = urlsplit(target)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        return None
    return f"{parts.hostname}:{port}" if port else parts.hostname


def names(audits: Sequence[Audit], listed: Sequence[Listed]) -> dict[str, str]:
    """Name of the platform of each audit, by platform id."""
    known = {entry.platform.id: entry.platform.name for entry in listed}
    return {audit.platform: known.get(audit.platform, audit.platform) for audit in audits}
