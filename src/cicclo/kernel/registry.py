"""An open set: one folder of modules and one entry-point group; nothing is enrolled by hand."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import entry_points
from typing import Generic, TypeVar

T = TypeVar("T")


class DeclaredTwice(ValueError):
    """Two modules declare the same name in one open set."""


class Registry(Mapping[str, T], Generic[T]):
    """Things of one kind, by name, found by importing every module of `package` on first use.

    A module whose name starts with an underscore is a part, not an entry, and is left alone.
    """

    def __init__(self, package: str, *, name: Callable[[T], str]) -> None:
        self._package = package
        self._name = name
        self._things: dict[str, T] = {}
        self._joined: list[str] = []
        self._loaded = False

    def add(self, thing: T) -> T:
        """Declare one thing; raise DeclaredTwice for a name already taken."""
        name = self._name(thing)
        if name in self._things:
            msg = f"{name} is declared twice in {self._package}"
            raise DeclaredTwice(msg)
        self._things[name] = thing
        return thing

    def join(self, module: str) -> None:
        """Have one more module imported with those of the package, which must not know it: a cable of the hub."""
        if self._loaded:
            importlib.import_module(module)
        elif module not in self._joined:
            self._joined.append(module)

    def _load(self) -> dict[str, T]:
        if not self._loaded:
            folder = importlib.import_module(self._package)
            for module in pkgutil.walk_packages(folder.__path__, f"{self._package}."):
                if not module.name.rpartition(".")[2].startswith("_"):
                    importlib.import_module(module.name)
            for name in self._joined:
                importlib.import_module(name)
            for point in entry_points(group=self._package):
                point.load()
            self._loaded = True  # only now: an import that fails must fail again, not leave half a set
        return self._things

    def __getitem__(self, name: str) -> T:
        return self._load()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._load()))

    def __len__(self) -> int:
        return len(self._load())
