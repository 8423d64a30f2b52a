#!/usr/bin/env python3
"""Deploys a second set of the functions and a state machine to the local AWS, with datasets of their own.

  deploy_copy.py NAME DATASETS_DIR [VARIABLE…]
      creates functions NAME-scraper, … with the settings of the deployed ones and these variables of the environment,
      and the state machine NAME-etl; prints its ARN
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
from services.datasets import lock_tables  # noqa: E402
from services.functions import functions  # noqa: E402


def main(name: str, datasets: str | None = None, *variables: str) -> None:
    machine_name = f"{name}-etl"
    lambdas, machines = boto3.client("lambda"), boto3.client("stepfunctions")
    names = {function.product: function.deployed_name.replace("festvibes", name, 1) for function in functions()}
    if datasets is None:
        for copy in names.values():
            lambdas.delete_function(FunctionName=copy)
        for machine in machines.list_state_machines()["stateMachines"]:
            if machine["name"] == machine_name:
                machines.delete_state_machine(stateMachineArn=machine["stateMachineArn"])
        return
    for table in lock_tables(dict(os.environ), datasets):
        deploy.make_table(boto3.client("dynamodb"), table)
    arns = {"NotificationTopicArn": boto3.client("sns").create_topic(Name=name)["TopicArn"]}
    for function in functions():
        deployed = lambdas.get_function_configuration(FunctionName=function.deployed_name)
        wanted = {
            "name": names[function.product],
            "handler": function.product,
            "timeout": function.timeout,
            "memory": function.memory,
            "sandboxes": function.sandboxes,
            "environment": deployed.get("Environment", {}).get("Variables", {})
            | {"DATASETS_DIR": datasets}
            | {variable: os.environ[variable] for variable in variables},
        }
        arns[f"{function.product}FunctionArn"] = deploy.make_function(lambdas, wanted, deployed["Role"])
    with open(os.path.join(ROOT, "statemachine", "etl.asl.json"), encoding="utf-8") as file:
        definition = deploy.fill(file.read(), arns)
    print(deploy.make_machine(machines, machine_name, definition, deploy.make_role(boto3.client("iam"))))


if __name__ == "__main__":
    main(*sys.argv[1:])
