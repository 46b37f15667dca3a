"""What every definition needs: the registry as it stands, and the data folder.

Here: reading, once. Not here: Dagster objects.
"""

from kinhbac.data_folder import SOURCES, data_folder
from kinhbac.ingest.extracts import today
from kinhbac.registry import load_registry

registry = load_registry(SOURCES)
data = data_folder()

__all__ = ["data", "registry", "today"]
