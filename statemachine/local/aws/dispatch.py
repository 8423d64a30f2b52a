"""Finds the service of a host once.

moto does so for each request, under a lock: it lists its folders, and asks of each whether it is one. Every such call
lets another thread have the interpreter, so that a request waited for hundreds of turns of others.
"""

import functools

from moto.moto_server.werkzeug_app import DomainDispatcherApplication

from .patching import method


@method(DomainDispatcherApplication)
def get_backend_for_host(self, host):
    return found(self, host)


@functools.lru_cache(maxsize=256)
def found(application, host):
    return get_backend_for_host.original(application, host)
