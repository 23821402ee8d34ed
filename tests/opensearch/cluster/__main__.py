"""`python -m tests.opensearch.cluster`: a cluster to develop against, which stays until it's stopped."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tests.opensearch.cluster.cluster import Cluster
from tests.opensearch.cluster.distribution import install
from tests.opensearch.cluster.errors import ClusterError
from tests.opensearch.cluster.java import find_java
from tests.opensearch.cluster.node import nodes_in, stop_nodes

FOLDER = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("var/opensearch"),
    show_default=True,
    help="Where OpenSearch is unpacked, and nodes keep data and logs.",
)


@click.group()
def main() -> None:
    """Run a real OpenSearch cluster on this machine, one process per node, on 127.0.0.1 only."""


@main.command()
def java() -> None:
    """Say which Java the nodes would run on; the exit code tells whether there is one."""
    try:
        click.echo(find_java().home)
    except ClusterError as error:
        raise click.ClickException(str(error)) from error


@main.command(name="install")
@FOLDER
def install_command(folder: Path) -> None:
    """Get OpenSearch and unpack it into the folder, where it isn't there yet."""
    try:
        click.echo(install(folder))
    except ClusterError as error:
        raise click.ClickException(str(error)) from error


@main.command()
@FOLDER
@click.option("--nodes", type=click.IntRange(1, 9), default=3, show_default=True)
@click.option("--heap", default="1g", show_default=True, help="Memory of each node, as Java writes it.")
@click.option(
    "--base-port",
    type=click.IntRange(1024, 65000),
    default=9201,
    show_default=True,
    help="The first's HTTP port.",
)
@click.option("--fresh", is_flag=True, help="Forget the data of last time.")
def start(folder: Path, nodes: int, heap: str, base_port: int, fresh: bool) -> None:
    """Start the cluster, with the data of last time, and wait until it's green."""
    if any(node.running for node in nodes_in(folder)):
        raise click.ClickException(f"a cluster runs in {folder} already; stop it first")
    try:
        home = install(folder)
        ports = range(base_port, base_port + nodes)
        cluster = Cluster(home, folder, nodes=nodes, heap=heap, ports=ports, guarded=False)
        if fresh:
            cluster.clear()
        cluster.start()
    except ClusterError as error:
        raise click.ClickException(str(error)) from error
    click.echo("\n".join(cluster.urls))


@main.command()
@FOLDER
def stop(folder: Path) -> None:
    """End all nodes of the folder; fine where none runs."""
    stop_nodes(nodes_in(folder))


@main.command()
@FOLDER
def status(folder: Path) -> None:
    """Say which nodes run; the exit code tells whether all do."""
    nodes = nodes_in(folder)
    for node in nodes:
        click.echo(f"{node.name}  {node.url}  {f'process {node.pid}' if node.running else 'not running'}")
    sys.exit(0 if nodes and all(node.running for node in nodes) else 1)


if __name__ == "__main__":
    main()
