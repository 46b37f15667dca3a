"""What every definition needs: the registry as it stands, and the data folder.

Here: reading, once. Not here: Dagster objects.
"""

from orchestration.ingest.extracts import today
from orchestration.registry import load_registry
from orchestration.warehouse import SOURCES, data_folder

registry = load_registry(SOURCES)
data = data_folder()

__all__ = ["data", "registry", "today"]
