"""How this folder changes moto: by replacing a function or class wherever moto's modules have imported it by name."""

import sys


def replace(original, replacement):
    for name, module in list(sys.modules.items()):
        if name.startswith("moto.") and module is not None:
            for attribute, value in list(vars(module).items()):
                if value is original:
                    setattr(module, attribute, replacement)


def method(owner):
    """@method(Class) def name(self, …): replaces or adds Class.name; the old one is at hand as name.original."""

    def install(function):
        function.original = getattr(owner, function.__name__, None)
        setattr(owner, function.__name__, function)
        return function

    return install
