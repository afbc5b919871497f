"""Where the files that are not code lie: beside the package in a checkout, inside it in a wheel."""

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

PACKAGE = Path(__file__).resolve().parent.parent
CHECKOUT = PACKAGE.parent if (PACKAGE.parent / "pyproject.toml").is_file() else None


def resource(name: str) -> Path:
    """Return the path of `templates`, `migrations` or `config.py`."""
    return (CHECKOUT or PACKAGE) / name


def home() -> Path:
    """Return the folder in which the instance folder lies unless a setting says otherwise.

    In a checkout that is the checkout; for an installed package the user's data folder
    (XDG Base Directory), never the environment, which goes when it is rebuilt.
    """
    if CHECKOUT is not None:
        return CHECKOUT
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "coachcrm"


def load_config() -> ModuleType:
    """Load `config.py` by its path, so that its common name cannot meet another module's."""
    name = "coachcrm_config"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, resource("config.py"))
        if (
            spec is None or spec.loader is None
        ):  # pragma: no cover - the file is part of the package
            raise ImportError(name)
        module = importlib.util.module_from_spec(spec)
        # Registered before it runs: dataclasses look their own module up by name.
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]
