"""Which index a command works on: a folder, or the cluster that the environment names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from indexer.paths import index_folder
from search_service.core.index_folder import IndexFolder
from search_service.settings import Settings, SettingsError

if TYPE_CHECKING:
    from search_service.core.source import Source


class BadSettingError(click.ClickException):
    """A setting that isn't allowed. Not a UsageError, which shows how to call the command."""

    exit_code = 2


def settings_or_exit() -> Settings:
    """Return the settings of the environment; end with exit code 2 and one line where one is bad."""
    try:
        return Settings.from_environment()
    except SettingsError as error:
        raise BadSettingError(str(error)) from None


def _source(_context: click.Context, _option: click.Parameter, folder: Path | None) -> Source:
    """Return where the index is: in the folder named, else where the environment says."""
    if folder is not None:
        return IndexFolder(folder)
    settings = settings_or_exit()
    return _cluster(settings) if settings.engine == "opensearch" else IndexFolder(index_folder())


def _cluster(settings: Settings) -> Source:
    try:
        # Imported here: not always installed.
        from indexer.opensearch.cluster import Address  # noqa: PLC0415
        from search_service.core.index_cluster import IndexCluster  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise BadSettingError(
            f"DUTY_SEARCH_ENGINE=opensearch needs {error.name}; run: pip install 'duty-search[opensearch]'"
        ) from None
    certificates = str(settings.opensearch_ca) if settings.opensearch_ca else None
    return IndexCluster(Address(settings.opensearch_urls, settings.opensearch_prefix, certificates))


index_option = click.option(
    "--index",
    type=click.Path(path_type=Path, file_okay=False),
    callback=_source,
    show_default="var/index of the checkout, or $DUTY_SEARCH_INDEX; with $DUTY_SEARCH_ENGINE=opensearch the "
    "cluster",
    help="Folder of the published index.",
)
