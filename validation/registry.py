"""Find the adapter that answers an R function."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from validation import adapters
from validation.contract import AdapterTable, NotComputed, ParameterTable
from validation.rvalues import REvaluationError, Unknown

__all__ = ["AdapterModule", "NoAdapter", "Registry", "Stubs", "load_modules"]

# The other packages' functions have names that metafor's have too (trimfill, blup).
PACKAGE_MODULES = {"meta": "meta", "bayesmeta": "bayesmeta"}

# A module with one of these has its own fits, and its methods are for those alone.
FIT_MAKERS = frozenset({"rma", "rma.mh", "rma.peto", "rma.glmm", "metagen", "bayesmeta"})


class NoAdapter(Exception):  # noqa: N818 - reported per function, not raised to anybody
    """No adapter answers the function, and nothing says why."""

    def __init__(self, function: str) -> None:
        self.function = function
        super().__init__(f"no adapter for '{function}'")


@dataclass(frozen=True, slots=True)
class AdapterModule:
    """The three tables of an adapter module."""

    name: str
    adapters: AdapterTable
    parameters: ParameterTable
    not_computed: dict[str, str]

    def knows(self, function: str) -> bool:
        """Tell whether the module answers the function, or says why not."""
        return function in self.adapters or function in self.not_computed

    @property
    def has_fits(self) -> bool:
        """Tell whether the module has fits of its own."""
        return not FIT_MAKERS.isdisjoint(self.adapters)


def _tables(module: ModuleType) -> AdapterModule:
    return AdapterModule(
        name=module.__name__.rpartition(".")[2],
        adapters=getattr(module, "ADAPTERS", {}),
        parameters=getattr(module, "PARAMS", {}),
        not_computed=getattr(module, "NOT_COMPUTED", {}),
    )


def load_modules() -> tuple[list[AdapterModule], dict[str, str]]:
    """Import every adapter module; return their tables, and why a module could not be imported."""
    found: list[AdapterModule] = []
    broken: dict[str, str] = {}
    for info in pkgutil.iter_modules(adapters.__path__):
        try:
            found.append(_tables(importlib.import_module(f"{adapters.__name__}.{info.name}")))
        except ImportError as error:
            broken[info.name] = str(error)
    return found, broken


class Registry:
    """Sends each R function to the adapter that answers it.

    Parameters
    ----------
    modules : list of AdapterModule
        All of them.
    package : str
        R package of the case: its module is asked first.

    Attributes
    ----------
    given : dict
        Handed to every adapter beside the arguments, such as ``given.tau2``.
    """

    def __init__(self, modules: Sequence[AdapterModule], package: str) -> None:
        named = {module.name: module for module in modules}
        self.own = named.get(PACKAGE_MODULES.get(package, ""))
        self.modules = sorted(modules, key=lambda module: module.name in PACKAGE_MODULES.values())
        self.made_by: dict[int, tuple[Any, AdapterModule]] = {}
        self.called = ""
        self.given: dict[str, Any] = {}

    def _module(self, function: str, first: Any) -> AdapterModule:
        """Return the module that answers: of the first argument's fit, of the package, any."""
        maker = self.made_by.get(id(first), (None, None))[1]
        near = [module for module in (maker, self.own) if module and module.knows(function)]
        if near and function not in near[0].adapters:
            raise NotComputed(near[0].not_computed[function])
        others = [m for m in self.modules if maker is None or not m.has_fits]
        for module in (*near, *others):
            if function in module.adapters:
                return module
        for module in others:
            if function in module.not_computed:
                raise NotComputed(module.not_computed[function])
        raise NoAdapter(function)

    def parameters(self, function: str, first: Any) -> Sequence[str]:
        """Return R's parameter names of the function."""
        self.called = function
        return self._module(function, first).parameters.get(function, ())

    def call(self, function: str, args: dict[str, Any], first: Any) -> Any:
        """Call the adapter and remember which module made the result."""
        self.called = function
        module = self._module(function, first)
        result = module.adapters[function](args | self.given)
        self.made_by[id(result)] = (result, module)
        return result


class Stubs:
    """Answers every function with an unknown value: to check that all arguments evaluate."""

    def parameters(self, function: str, first: Any) -> Sequence[str]:
        """Return as many names as any call needs."""
        return [f"argument {place}" for place in range(20)]

    def call(self, function: str, args: dict[str, Any], first: Any) -> Any:
        """Check that the arguments are values, and return an unknown one."""
        for name, value in args.items():
            if callable(value) and not hasattr(value, "text"):
                raise REvaluationError(f"{function}: argument '{name}' is no value")
        return Unknown()
