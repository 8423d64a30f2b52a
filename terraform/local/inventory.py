"""The names of all resources in an AWS account of the kinds that terraform creates here, to detect leftovers."""

from collections.abc import Callable, Iterable


def inventory(client: Callable) -> dict[str, list[str]]:
    def pages(service: str, operation: str, find: str, **arguments) -> list[str]:
        return sorted(client(service).get_paginator(operation).paginate(**arguments).search(find))

    return {
        "alarms": pages("cloudwatch", "describe_alarms", "MetricAlarms[].AlarmName"),
        "buckets": names(client("s3").list_buckets()["Buckets"], "Name"),
        "dashboards": pages("cloudwatch", "list_dashboards", "DashboardEntries[].DashboardName"),
        "event source mappings": pages(
            "lambda", "list_event_source_mappings", "EventSourceMappings[].EventSourceArn"
        ),
        "functions": pages("lambda", "list_functions", "Functions[].FunctionName"),
        "identity providers": names(client("iam").list_open_id_connect_providers()["OpenIDConnectProviderList"], "Arn"),
        "image repositories": pages("ecr", "describe_repositories", "repositories[].repositoryName"),
        "log groups": pages("logs", "describe_log_groups", "logGroups[].logGroupName"),
        "metric filters": pages("logs", "describe_metric_filters", "metricFilters[].filterName"),
        "policies": pages("iam", "list_policies", "Policies[].PolicyName", Scope="Local"),
        "queues": sorted(client("sqs").list_queues().get("QueueUrls", [])),
        "rules": pages("events", "list_rules", "Rules[].Name"),
        "roles": pages("iam", "list_roles", "Roles[].RoleName"),
        "schedule groups": pages("scheduler", "list_schedule_groups", "ScheduleGroups[].Name"),
        "schedules": pages("scheduler", "list_schedules", "Schedules[].Name"),
        "secrets": pages("secretsmanager", "list_secrets", "SecretList[].Name", IncludePlannedDeletion=True),
        "state machines": pages("stepfunctions", "list_state_machines", "stateMachines[].name"),
        "subscriptions": pages("sns", "list_subscriptions", "Subscriptions[].Endpoint"),
        "topics": pages("sns", "list_topics", "Topics[].TopicArn"),
    }


def names(things: Iterable[dict], key: str) -> list[str]:
    return sorted(thing[key] for thing in things)
