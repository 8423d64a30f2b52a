#!/usr/bin/env python3
"""Deploys a second set of the functions and a state machine to the local AWS, with datasets of their own.

  deploy_copy.py NAME DATASETS_DIR [VARIABLE…]
      creates functions NAME-scraper, … with the settings of the deployed ones, the environment's database and these
      variables of the environment, the state machine NAME-etl, the queue NAME-requests and the rules of the datasets'
      triggers; prints the machine's ARN
  deploy_copy.py NAME
      deletes them

The address and the credentials are those of the environment. Needs the Python of .local/venv.
"""

import os
import sys

import boto3

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "statemachine", "local"))

import deploy  # noqa: E402
import triggers  # noqa: E402
from services import datasets as definitions  # noqa: E402
from services.functions import functions  # noqa: E402


# A queue of which tests see retries and dead letters: seconds until a message is delivered again, and its deliveries.
VISIBILITY = 2
DELIVERIES = 2


def main(name: str, datasets: str | None = None, *variables: str) -> None:
    machine_name = f"{name}-etl"
    lambdas, machines = boto3.client("lambda"), boto3.client("stepfunctions")
    names = {function.product: function.deployed_name.replace("festvibes", name, 1) for function in functions()}
    if datasets is None:
        triggers.delete(boto3.client, name)
        for copy in names.values():
            lambdas.delete_function(FunctionName=copy)
        for machine in machines.list_state_machines()["stateMachines"]:
            if machine["name"] == machine_name:
                machines.delete_state_machine(stateMachineArn=machine["stateMachineArn"])
        return
    for table in definitions.lock_tables(dict(os.environ), datasets):
        deploy.make_table(boto3.client("dynamodb"), table, ["lock_key"])
    arns = {"NotificationTopicArn": boto3.client("sns").create_topic(Name=name)["TopicArn"]}
    for function in functions():
        deployed = lambdas.get_function_configuration(FunctionName=function.deployed_name)
        settings = deployed.get("Environment", {}).get("Variables", {})
        if "PG_DATABASE_URL" in settings:
            settings["PG_DATABASE_URL"] = os.environ["PG_DATABASE_URL"]
        if machine := settings.get("STATE_MACHINE_ARN"):
            settings["STATE_MACHINE_ARN"] = ":".join([*machine.split(":")[:-1], machine_name])
        wanted = {
            "name": names[function.product],
            "handler": function.product,
            "timeout": function.timeout,
            "memory": function.memory,
            "sandboxes": function.sandboxes,
            "environment": settings
            | {"DATASETS_DIR": datasets}
            | {variable: os.environ[variable] for variable in variables},
        }
        arns[f"{function.product}FunctionArn"] = deploy.make_function(lambdas, wanted, deployed["Role"])
    with open(os.path.join(ROOT, "statemachine", "etl.asl.json"), encoding="utf-8") as file:
        definition = deploy.fill(file.read(), arns)
    role = deploy.make_role(boto3.client("iam"))
    machine = deploy.make_machine(machines, machine_name, definition, role)
    triggers.make_queue(boto3.client, name, arns["DateRangeGeneratorFunctionArn"], VISIBILITY, DELIVERIES)
    triggers.make_rules(boto3.client, name, machine, role, definitions.triggers(dict(os.environ), datasets))
    print(machine)


if __name__ == "__main__":
    main(*sys.argv[1:])
