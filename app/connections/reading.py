"""The environment and what was set by page, as one set of settings: the environment wins, and has no faults by it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.carriers.polling.credentials import half_set
from app.connections.catalogue import Connection, connections, variables
from app.core.errors import Fault
from app.core.http import BadAddress, Rules, check_url
from app.core.settings import BadSettings, Settings
from app.core.settings.mail_server import USUAL_PORTS, MailServer

ELSEWHERE = "is set by the environment: change it there"


@dataclass(frozen=True, slots=True)
class SettingsInForce:
    """The settings, and what of the stored values could not be taken: sentences that name variables, never a value."""

    settings: Settings
    faults: tuple[str, ...] = ()


def read(environ: Mapping[str, str]) -> Settings:
    """The settings of an environment, with those of carriers looked at too. Raises BadSettings with every fault."""
    faults = half_set(environ)
    try:
        loaded = Settings.from_env(environ)
    except BadSettings as error:
        faults += str(error).splitlines()
    if faults:
        raise BadSettings("\n".join(sorted(faults)))
    return loaded


def by_environment(environ: Mapping[str, str], variable: str) -> bool:
    """Whether the environment, or a file that it names, sets this variable."""
    return bool(environ.get(variable, "").strip() or environ.get(f"{variable}_FILE"))


def joined(base: Settings, stored: Mapping[str, str]) -> SettingsInForce:
    """The settings of ``base`` with what was stored beside them.

    What cannot be taken is left out, a connection at a time: a fault there closes nothing else, and no process.
    """
    added = {v: x for v, x in stored.items() if v in variables() and not by_environment(base.environ, v)}
    if not added:
        return SettingsInForce(base)
    try:
        return SettingsInForce(read({**base.environ, **added}))
    except BadSettings:
        return _one_by_one(base, added)


def _one_by_one(base: Settings, added: Mapping[str, str]) -> SettingsInForce:
    settings, faults = base, list[str]()
    good: dict[str, str] = {}
    for one in connections().values():
        own = {variable: added[variable] for variable in one.variables if variable in added}
        if not own:
            continue
        try:
            settings = read({**base.environ, **good, **own})
            good |= own
        except BadSettings as error:
            faults += [f"{one.title}: {line}" for line in str(error).splitlines()]
    return SettingsInForce(settings, tuple(faults))


def faults_of(
    one: Connection, base: Settings, after: Mapping[str, str], changed: Iterable[str], *, rules: Rules
) -> list[Fault]:
    """What is wrong with a connection's values after a change, in the environment's own sentences."""
    faults = [Fault(variable, ELSEWHERE) for variable in changed if by_environment(base.environ, variable)]
    # What was stored before the environment took it over is no matter of this change.
    own = {v: after[v] for v in one.variables if v in after and not by_environment(base.environ, v)}
    try:
        read({**base.environ, **own})
    except BadSettings as error:
        return faults + [fault for line in str(error).splitlines() for fault in _apart(line)]
    return faults + list(_addresses(one, own, rules))


def _apart(line: str) -> Iterable[Fault]:
    """A fault may name several variables at once: each field says it."""
    names, _, words = line.partition(": ")
    return [Fault(name.strip(), words) for name in names.split(",")]


def _addresses(one: Connection, own: Mapping[str, str], rules: Rules) -> Iterable[Fault]:
    """Where a page's value would have us call: by the rules of every address that others choose."""
    for field in one.fields:
        if field.variable not in own or not field.shape.is_address:
            continue
        try:
            if field.secret:
                _check_server(own[field.variable], rules)
            else:
                check_url(own[field.variable], rules)
        except BadAddress as error:
            yield Fault(field.variable, str(error))


def _check_server(address: str, rules: Rules) -> None:
    """A mail server, judged as the web page at its host would be; its ports are its own."""
    host, port = server_of(address)
    if rules.vouched(host):
        return
    if port not in USUAL_PORTS:
        raise BadAddress(f"must use port {', '.join(map(str, sorted(USUAL_PORTS)))}")
    shown = f"[{host}]" if ":" in host else host
    check_url(f"https://{shown}/", rules)


def server_of(address: str) -> tuple[str, int]:
    """Host and port of a mail server's address."""
    server = MailServer.of(address)
    return server.host.lower(), server.port
