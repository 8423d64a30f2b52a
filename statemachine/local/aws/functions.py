"""Lambda: Invoke runs the function in one of our sandboxes instead of moto's Docker container."""

import base64
import json
import threading

from moto.awslambda.models import LambdaBackend, LambdaFunction
from moto.core.config import default_user_config
from moto.ecr.models import ecr_backends

from .patching import method
from .sandboxes import Pool

CONCURRENCY = 5  # sandboxes of a function that has no reserved concurrency


pools = {}  # function name -> Pool


# ---- configuration


@method(LambdaFunction)
def __init__(self, account_id, spec, region, version=1):
    self.logging_config = spec.get("LoggingConfig")
    __init__.original(self, account_id, spec, region, version)


@method(LambdaFunction)
def update_configuration(self, config_updates):
    self.logging_config = config_updates.get("LoggingConfig", self.logging_config)
    return update_configuration.original(self, config_updates)


@method(LambdaFunction)
def get_configuration(self, on_create=False):
    """Adds LoggingConfig, which moto drops, so that terraform would set it again in every plan."""
    configuration = get_configuration.original(self, on_create)
    return {**configuration, "LoggingConfig": self.logging_config} if self.logging_config else configuration


def binary(self):
    """Returns the name of the binary: the handler, or the title in the image's manifest, which must be in ECR."""
    if self.package_type != "Image":
        return self.handler
    repository, _, digest = self.code["ImageUri"].rpartition("/")[2].partition("@")
    images = ecr_backends[self.account_id][self.region].batch_get_image(repository, image_ids=[{"imageDigest": digest}])
    return json.loads(images["images"][0].image_manifest)["annotations"]["org.opencontainers.image.title"]


LambdaFunction.binary = property(binary)


# ---- invocations


def stop():
    sandboxes = [sandbox for pool in pools.values() for sandbox in pool.sandboxes]
    threads = [threading.Thread(target=sandbox.stop) for sandbox in sandboxes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def install(settings):
    default_user_config["lambda"] = {"use_docker": True}  # selects the backend with invoke(), which is replaced here
    lock = threading.Lock()

    def run(function, body, headers):
        with lock:
            name = function.function_name
            if name not in pools:
                pools[name] = Pool(name, int(function.reserved_concurrency or CONCURRENCY), settings)
        return pools[name].invoke(function, body, headers)

    @method(LambdaBackend)
    def invoke(self, function_name, qualifier, body, headers, response_headers):
        function = self.get_function(function_name, qualifier)
        body = body.encode() if isinstance(body, str) else body
        forwarded = {"Content-Type": "application/json"}
        if headers.get("X-Amz-Client-Context"):
            forwarded["X-Amz-Client-Context"] = headers["X-Amz-Client-Context"]

        kind = headers.get("X-Amz-Invocation-Type", "RequestResponse")
        if kind == "DryRun":
            return b""
        if kind == "Event":
            threading.Thread(target=run, args=(function, body, forwarded), daemon=True).start()
            return b""
        response = run(function, body, forwarded)
        if response.error:
            response_headers["x-amz-function-error"] = response.error
        response_headers["x-amz-executed-version"] = "$LATEST"
        response_headers["x-amz-log-result"] = base64.b64encode(b"").decode()
        response_headers["Content-Length"] = str(len(response.payload))
        return response.payload
