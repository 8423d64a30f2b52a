"""Changes to moto: replaces a function or class in every moto module that has imported it by name."""

import sys


def replace(original, replacement):
    for name, module in list(sys.modules.items()):
        if name.startswith("moto.") and module is not None:
            for attribute, value in list(vars(module).items()):
                if value is original:
                    setattr(module, attribute, replacement)


def method(owner):
    """@method(Class) def name(self, …): replaces or adds Class.name; the original is available as name.original."""

    def install(function):
        function.original = getattr(owner, function.__name__, None)
        setattr(owner, function.__name__, function)
        return function

    return install
