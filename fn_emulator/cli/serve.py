"""``fn-emulate serve``: the in-memory CDF on a port of this machine."""

from __future__ import annotations

import click

from fn_emulator.cli.output import tell
from fn_emulator.errors import SettingsError


@click.command()
@click.option("--cdf", is_flag=True, help="Serve the in-memory CDF.")
@click.option("--seed", multiple=True, metavar="FILE", help="What the in-memory CDF starts with; may be repeated.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="N", help="[default: one that is free]")
@click.option("--no-token", is_flag=True, help="Answer requests that bring no token.")
def serve(
    cdf: bool,  # noqa: FBT001 - click passes it by name
    seed: tuple[str, ...],
    port: int,
    no_token: bool,  # noqa: FBT001
) -> None:
    """Serve a stateful, in-memory CDF on this machine, for the real SDK, other processes and languages.

    Its address, project and token are written to stderr. It ends with Ctrl-C, and its state with it.
    """
    if not cdf:
        raise SettingsError("serve was not told what to serve.", hint="write fn-emulate serve --cdf")
    from fn_emulator.cdf.fake import FakeCdf
    from fn_emulator.server.cdf_app import run_server

    fake = FakeCdf(keeps_journal=False).seed(*seed)  # it may run for days, and nobody asks what was sent
    token = None if no_token else _new_token()

    def started(address: str) -> None:
        tell(f"CDF at {address}, project {fake.project}, {'no token' if token is None else f'token {token}'}")
        tell("Ctrl-C ends it, and its state with it.")

    run_server(fake, port=port, token=token, started=started)


def _new_token() -> str:
    from secrets import token_urlsafe

    return token_urlsafe(24)
