"""Setting up a chat outside from a terminal."""

import json
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer
from ruamel.yaml import YAML

Manifest = Callable[[str, bool], dict[str, Any]]


class SlackCommands:
    """What `dutydesk slack` does. `manifest` gives it for an address, by socket or not."""

    def __init__(self, manifest: Manifest, address: str) -> None:
        """Print what `manifest` gives; `address` is the desk's public one, if it is set."""
        self._manifest, self._address = manifest, address

    def manifest(
        self,
        url: Annotated[str, typer.Option(help="The desk's public address.")] = "",
        socket: Annotated[
            bool, typer.Option("--socket", help="Slack isn't let in: the desk calls it.")
        ] = False,
        as_json: Annotated[bool, typer.Option("--json", help="JSON instead of YAML.")] = False,
    ) -> None:
        """Print the app's manifest, to paste under api.slack.com/apps, Create, From a manifest.

        Example: dutydesk slack manifest --url https://desk.example.org
        """
        address = (url or self._address).rstrip("/")
        if not socket and not address.startswith("https://"):
            typer.echo(
                "Slack posts to https:// only. Give the desk's public address with --url, or set "
                "DUTYDESK_URL; where nothing comes in from outside, use --socket.",
                err=True,
            )
            raise typer.Exit(2)
        made = self._manifest(address, socket)
        if as_json:
            typer.echo(json.dumps(made, indent=2))
            return
        yaml = YAML()
        yaml.default_flow_style = False
        yaml.dump(made, sys.stdout)
