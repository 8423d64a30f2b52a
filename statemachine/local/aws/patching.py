"""Changes moto: replaces a function or class in every module of moto that has imported it, and methods of classes."""

import sys


def replace(original, replacement):
    for name, module in list(sys.modules.items()):
        if name.startswith("moto.") and module is not None:
            for attribute, value in list(vars(module).items()):
                if value is original:
                    setattr(module, attribute, replacement)


def method(owner):
    """Replaces or adds a method: @method(Class) def name(self, …). The replaced method is name.original."""

    def install(function):
        function.original = getattr(owner, function.__name__, None)
        setattr(owner, function.__name__, function)
        return function

    return install
