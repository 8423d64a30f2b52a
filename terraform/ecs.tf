# Datasets that run in one process on Fargate instead of in the functions, if var.ecs names some: for sources that take
# longer than a function may. The image is festvibes's own; a schedule of such a dataset starts a task.
locals {
  ecs_datasets = try(tolist(var.ecs.datasets), [])
  ecs_name     = "${var.name}-festvibes" # the image's repository, the cluster's log group
  # A dataset's own variables and secrets, and no other's. With an underscore after the deployment's name, which can have
  # none, for the same reason as the dot of the triggers' rules.
  ecs_tasks = {
    for dataset in local.ecs_datasets : dataset => {
      family = "${var.name}_${replace(dataset, ".", "_")}"
      secrets = setintersection(keys(aws_secretsmanager_secret.this), concat(
        ["PG_DATABASE_URL"],
        contains([for section in local.definitions[dataset] : section[0]], "publish") ? ["REDIS_URL"] : [],
        flatten([for section in local.definitions[dataset] : regexall("[A-Z][A-Z0-9_]+", section[1])]),
      ))
      environment = merge(
        {
          for name in distinct(flatten([for section in local.definitions[dataset] : regexall("\\$\\{([A-Z_][A-Z0-9_]*)", section[1])])) :
          name => var.dataset_variables[name] if can(var.dataset_variables[name])
        },
        {
          for name in ["BASE_URL", "USER_AGENT", "SOURCE_REQUESTS_PER_SECOND", "S3_BUCKET_NAME", "S3_REGION", "AWS_S3_BUCKET_PROCESSED", "MIN_LISTING_RATIO", "PG_ALLOW_WEAK_TLS", "REDIS_ALLOW_PLAIN", "SNS_PROJECTION_TOPIC_ARN"] :
          name => tostring(local.settings[name]) if local.settings[name] != null
        },
        # A process runs without a database that it does not need: "on" makes a missing secret an error.
        { LEDGER = var.database ? "on" : "off" },
        { DATASET_ID = dataset, LOG_LEVEL = var.log_level, AWS_REGION = var.region },
      )
    }
  }
  # The beginning of the names of a schedule's runs. The checksum stands for the schedule, because a-b may be a dataset or a
  # dataset and its job. EventBridge Scheduler puts the time behind it for which the start was planned, and not the number of
  # the start, which is another one in each attempt: a start that is repeated has the name of the run that it repeats.
  ecs_runs = { for key in keys(local.schedules) : key => "host-${substr(replace(key, "/", "-"), 0, 24)}-${substr(sha256(key), 0, 8)}-" }
  # A schedule's own command. A run with a name is one of a schedule. Schedules of one dataset may start at the same minute:
  # a task waits for another one of its dataset for up to an hour.
  ecs_inputs = {
    for key, schedule in local.schedules : key => replace(replace(jsonencode({
      containerOverrides = [{
        name = "festvibes"
        command = concat(
          ["run", "--in-process", "--dataset", schedule.dataset],
          [for word in schedule.job == null ? [] : ["--job", schedule.job] : word],
          ["--name", "${local.ecs_runs[key]}<aws.scheduler.scheduled-time>", "--wait", "3600", "--json"],
        )
      }]
    }), "\\u003c", "<"), "\\u003e", ">")
  }
}

resource "aws_ecs_cluster" "this" {
  #checkov:skip=CKV_AWS_65:a task's log has what happened; container insights cost more than the tasks
  count = var.ecs == null ? 0 : 1

  name = var.name
}

resource "aws_cloudwatch_log_group" "ecs" {
  #checkov:skip=CKV_AWS_158:encrypted with AWS's own key; a key of our own costs a dollar a month and guards public listings
  count = var.ecs == null ? 0 : 1

  name              = "/aws/ecs/${local.ecs_name}"
  retention_in_days = var.log_retention_days
}

resource "aws_ecs_task_definition" "dataset" {
  for_each = local.ecs_tasks

  family                   = each.value.family
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.ecs.cpu
  memory                   = var.ecs.memory
  execution_role_arn       = aws_iam_role.this["ecs-start"].arn
  task_role_arn            = aws_iam_role.this["ecs-task"].arn

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = upper(var.architecture)
  }

  container_definitions = jsonencode([{
    name                   = "festvibes"
    image                  = "${local.account}.dkr.ecr.${var.region}.amazonaws.com/${local.ecs_name}@${var.ecs.image_digest}"
    essential              = true
    command                = ["run", "--in-process", "--dataset", each.key, "--json"]
    readonlyRootFilesystem = true
    stopTimeout            = 120 # to end the item at hand and close the run
    environment            = [for name in sort(keys(each.value.environment)) : { name = name, value = each.value.environment[name] }]
    secrets                = [for name in sort(each.value.secrets) : { name = name, valueFrom = aws_secretsmanager_secret.this[name].arn }]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        "awslogs-group"         = aws_cloudwatch_log_group.ecs[0].name
        "awslogs-region"        = var.region
        "awslogs-stream-prefix" = each.key
      }
    }
  }])
}

# Tasks have no state machine, whose alarms and messages report its runs: their log has the end of each run, as the line that
# festvibes run --json ends with.
resource "aws_cloudwatch_log_metric_filter" "tasks_failed" {
  count = var.ecs == null ? 0 : 1

  name           = "${var.name}-tasks-failed"
  log_group_name = aws_cloudwatch_log_group.ecs[0].name
  pattern        = "{ $.run = \"*\" && ( $.status = \"failed\" || $.status = \"partial\" ) }"

  metric_transformation {
    namespace = var.name
    name      = "TasksFailed"
    value     = "1"
  }
}

# A task that did not start, was killed or had no memory left writes no such line, nor does one without a database, whose exit
# code is that of a failed run. 75: another run holds the dataset's lock. With a dot in its name, as the triggers' rules have.
resource "aws_cloudwatch_event_rule" "tasks" {
  count = var.ecs == null ? 0 : 1

  name        = "${var.name}.tasks-stopped"
  description = "Tasks on Fargate that failed or were stopped"

  event_pattern = jsonencode({
    source      = ["aws.ecs"]
    detail-type = ["ECS Task State Change"]
    detail = {
      clusterArn = [aws_ecs_cluster.this[0].arn]
      lastStatus = ["STOPPED"]
      "$or" = [
        { stopCode = [{ anything-but = ["EssentialContainerExited"] }] },
        { containers = { exitCode = [{ anything-but = [0, 75] }] } },
      ]
    }
  })
}

resource "aws_cloudwatch_event_target" "tasks" {
  count = var.ecs == null ? 0 : 1

  rule      = aws_cloudwatch_event_rule.tasks[0].name
  target_id = "people"
  arn       = aws_sns_topic.alarms.arn

  input_transformer {
    input_paths = {
      group  = "$.detail.group"
      task   = "$.detail.taskArn"
      time   = "$.time"
      reason = "$.detail.stoppedReason"
    }
    input_template = "\"${var.name}: a run on Fargate failed, or its task was stopped, at <time> (<group>): <reason>. Its log is in /aws/ecs/${local.ecs_name}, for the task <task>. Next: festvibes status\""
  }

  retry_policy {
    maximum_event_age_in_seconds = 4 * 3600
    maximum_retry_attempts       = 30
  }

  dead_letter_config {
    arn = aws_sqs_queue.undelivered.arn
  }
}
