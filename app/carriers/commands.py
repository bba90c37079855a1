"""``paradero carriers …``: read a raw payload as the portal would, and list what can be read and asked."""

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from app.carriers.base.parsing import UnknownCarrier, parse
from app.carriers.described import described, plain
from app.carriers.registry import carrier as carrier_named
from app.carriers.registry import known_carriers
from app.core.errors import Unreadable

carriers = AppGroup("carriers", help="Carriers: how they do, what they say, what their codes mean.")


@carriers.command("parse")
@click.argument("carrier")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--number", help="The tracking number asked for, where the payload leaves it out.")
def parse_command(carrier: str, file: Path, number: str | None) -> None:
    """A raw payload as JSON: status, events with their zone and where it is from, incidents, errors.

    The first parcel stands at the top, the other parcels of the payload under «others».
    """
    try:
        reports = parse(carrier, file.read_bytes(), number=number)
    # Mistyped more often than missing: a list of names helps, a trace does not.
    except UnknownCarrier:
        raise _Refused(f"No carrier is called «{carrier}». Known: {', '.join(known_carriers())}.") from None
    except Unreadable as error:
        raise _Refused(f"{file.name}: {error}") from None
    except OSError as error:
        raise _Refused(f"{file.name}: {error.strerror}") from None
    first, *further = [described(report) for report in reports]
    click.echo(json.dumps(first | {"others": further}, ensure_ascii=False, indent=2, default=plain))


@carriers.command("list")
def list_command() -> None:
    """Every carrier that can be read; those that can be asked directly, with their environment variables."""
    for name in known_carriers():
        declared = carrier_named(name)
        access = declared.access if declared else None
        click.echo(f"{name:18}{' '.join(access.needed) if access else ''}".rstrip())


class _Refused(click.ClickException):
    exit_code = 2
