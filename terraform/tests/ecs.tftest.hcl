# Datasets that run as tasks on Fargate.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  image_digests = {
    date-range-generator = "sha256:1111111111111111111111111111111111111111111111111111111111111111"
    scraper              = "sha256:2222222222222222222222222222222222222222222222222222222222222222"
    loader               = "sha256:3333333333333333333333333333333333333333333333333333333333333333"
    cache-manager        = "sha256:4444444444444444444444444444444444444444444444444444444444444444"
  }
  datasets = ["wwoz", "sample_jobs"]
  api_keys = { loader = ["GOOGLE_MAPS_API_KEY"] }
  ecs = {
    datasets           = ["sample_jobs"]
    image_digest       = "sha256:5555555555555555555555555555555555555555555555555555555555555555"
    subnet_ids         = ["subnet-1"]
    security_group_ids = ["sg-1"]
  }
}

run "a_dataset_has_a_task_with_its_own_settings_and_secrets" {
  variables {
    dataset_variables = { JOBS_ZONE = "UTC", SAMPLE_PATH = "p" }
  }
  assert {
    condition = alltrue([
      keys(aws_ecs_task_definition.dataset) == ["sample_jobs"], aws_ecs_task_definition.dataset["sample_jobs"].family == "festvibes_sample_jobs",
      aws_ecs_task_definition.dataset["sample_jobs"].cpu == "256", aws_ecs_task_definition.dataset["sample_jobs"].memory == "512",
      aws_ecs_task_definition.dataset["sample_jobs"].requires_compatibilities == toset(["FARGATE"]),
      aws_ecs_task_definition.dataset["sample_jobs"].runtime_platform[0].cpu_architecture == "ARM64",
    ])
    error_message = "A quarter of a processor and 512 MB on Fargate, for the named datasets only."
  }
  assert {
    condition = alltrue([for container in [one(jsondecode(aws_ecs_task_definition.dataset["sample_jobs"].container_definitions))] : alltrue([
      container.image == "123456789012.dkr.ecr.us-east-1.amazonaws.com/festvibes-festvibes@sha256:5555555555555555555555555555555555555555555555555555555555555555",
      container.readonlyRootFilesystem, container.command == ["run", "--in-process", "--dataset", "sample_jobs", "--json"],
      { for each in container.environment : each.name => each.value } == {
        AWS_REGION        = "us-east-1", BASE_URL = "https://www.wwoz.org", DATASET_ID = "sample_jobs", JOBS_ZONE = "UTC", LEDGER = "on", LOG_LEVEL = "INFO"
        MIN_LISTING_RATIO = "0.5", S3_BUCKET_NAME = "festvibes-data-123456789012", S3_REGION = "us-east-1"
      },
      { for each in container.secrets : each.name => each.valueFrom } == { PG_DATABASE_URL = "arn:aws:secretsmanager:us-east-1:123456789012:secret:festvibes/PG_DATABASE_URL" },
      container.logConfiguration.options["awslogs-group"] == "/aws/ecs/festvibes-festvibes",
    ])])
    error_message = "The image by its digest; the dataset's own variables; the secrets from Secrets Manager, and only those that it uses."
  }
  assert {
    condition     = !strcontains(aws_ecs_task_definition.dataset["sample_jobs"].container_definitions, "GOOGLE_MAPS_API_KEY")
    error_message = "Another dataset's secret."
  }
}

run "its_schedules_start_tasks_and_those_of_others_the_state_machine" {
  assert {
    condition = { for key, schedule in aws_scheduler_schedule.this : key => schedule.target[0].arn } == {
      "wwoz"                     = aws_sfn_state_machine.etl.arn
      "sample_jobs"              = aws_ecs_cluster.this[0].arn
      "sample_jobs/hourly"       = aws_ecs_cluster.this[0].arn
      "sample_jobs/office_hours" = aws_ecs_cluster.this[0].arn
    }
    error_message = "A dataset must not run twice."
  }
  assert {
    condition = alltrue([for parameters in aws_scheduler_schedule.this["sample_jobs/hourly"].target[0].ecs_parameters : alltrue([
      parameters.task_definition_arn == aws_ecs_task_definition.dataset["sample_jobs"].arn, parameters.launch_type == "FARGATE",
      parameters.network_configuration[0].subnets == toset(["subnet-1"]), parameters.network_configuration[0].assign_public_ip == false,
    ])]) && length(aws_scheduler_schedule.this["wwoz"].target[0].ecs_parameters) == 0
    error_message = "The task needs its network."
  }
  assert {
    condition = jsondecode(aws_scheduler_schedule.this["sample_jobs/hourly"].target[0].input) == { containerOverrides = [{
      name    = "festvibes"
      command = ["run", "--in-process", "--dataset", "sample_jobs", "--job", "hourly", "--name", "host-sample_jobs-hourly-${substr(sha256("sample_jobs/hourly"), 0, 8)}-<aws.scheduler.scheduled-time>", "--wait", "3600", "--json"]
    }] } && strcontains(aws_scheduler_schedule.this["sample_jobs/hourly"].target[0].input, "<aws.scheduler.scheduled-time>")
    error_message = "The task does not know its job type, or EventBridge Scheduler does not find its keyword in the input."
  }
  assert {
    condition = alltrue([
      aws_cloudwatch_log_metric_filter.succeeded["sample_jobs/hourly"].log_group_name == "/aws/ecs/festvibes-festvibes",
      aws_cloudwatch_log_metric_filter.succeeded["sample_jobs/hourly"].pattern == "{ $.run = \"host-sample_jobs-hourly-${substr(sha256("sample_jobs/hourly"), 0, 8)}-*\" && ( $.status = \"success\" || $.status = \"partial\" ) }",
      aws_cloudwatch_log_metric_filter.succeeded["wwoz"].log_group_name == "/aws/vendedlogs/states/festvibes-etl",
      aws_cloudwatch_metric_alarm.no_run["sample_jobs/hourly"].evaluation_periods == 3,
    ])
    error_message = "The alarm on missing runs counts what the tasks print of their runs."
  }
}

run "a_run_that_fails_on_fargate_is_reported" {
  assert {
    condition = alltrue([
      aws_cloudwatch_log_metric_filter.tasks_failed[0].log_group_name == "/aws/ecs/festvibes-festvibes",
      aws_cloudwatch_log_metric_filter.tasks_failed[0].pattern == "{ $.run = \"*\" && ( $.status = \"failed\" || $.status = \"partial\" ) }",
      aws_cloudwatch_metric_alarm.this["task-failed"].metric_name == aws_cloudwatch_log_metric_filter.tasks_failed[0].metric_transformation[0].name,
      aws_cloudwatch_metric_alarm.this["task-failed"].namespace == "festvibes", aws_cloudwatch_metric_alarm.this["task-failed"].threshold == 1,
      aws_cloudwatch_metric_alarm.this["task-failed"].alarm_actions == toset([aws_sns_topic.alarms.arn]),
    ])
    error_message = "The last line of a failed or partial run must raise an alarm."
  }
  assert {
    condition = jsondecode(aws_cloudwatch_event_rule.tasks[0].event_pattern) == {
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
    } && aws_cloudwatch_event_rule.tasks[0].name == "festvibes.tasks-stopped"
    error_message = "A task that did not start, was killed, or failed, must be found; not one whose dataset was locked."
  }
  assert {
    condition = alltrue([
      aws_cloudwatch_event_target.tasks[0].arn == aws_sns_topic.alarms.arn, aws_cloudwatch_event_target.tasks[0].rule == "festvibes.tasks-stopped",
      aws_cloudwatch_event_target.tasks[0].dead_letter_config[0].arn == aws_sqs_queue.undelivered.arn,
      strcontains(aws_cloudwatch_event_target.tasks[0].input_transformer[0].input_template, "(<group>): <reason>"),
      alltrue([for policy in [aws_sns_topic_policy.this["alarms"].policy, aws_sqs_queue_policy.undelivered.policy] :
        [for statement in jsondecode(policy).Statement : [statement.Principal, statement.Condition] if statement.Sid == "StoppedTasks"] == [
          [{ Service = "events.amazonaws.com" }, { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.tasks[0].arn } }],
      ]]),
    ])
    error_message = "People must read which dataset's task was stopped and why, and the rule must be allowed to tell them."
  }
}

run "the_roles_of_tasks_can_do_exactly_this" {
  assert {
    condition = {
      for role in ["ecs-start", "ecs-task", "scheduler"] : role => sort(flatten([
        for statement in jsondecode(aws_iam_role_policy.this[role].policy).Statement : [
          for pair in setproduct(statement.Action, statement.Resource) : join(" ", compact(concat(pair, [try(jsonencode(statement.Condition), "")])))
        ]
      ]))
      } == {
      ecs-start = sort([
        "ecr:GetAuthorizationToken *", # it does not support resources
        "ecr:BatchCheckLayerAvailability arn:aws:ecr:us-east-1:123456789012:repository/festvibes-festvibes",
        "ecr:BatchGetImage arn:aws:ecr:us-east-1:123456789012:repository/festvibes-festvibes",
        "ecr:GetDownloadUrlForLayer arn:aws:ecr:us-east-1:123456789012:repository/festvibes-festvibes",
        "secretsmanager:GetSecretValue arn:aws:secretsmanager:us-east-1:123456789012:secret:festvibes/PG_DATABASE_URL",
        "logs:CreateLogStream arn:aws:logs:us-east-1:123456789012:log-group:mock:*", "logs:PutLogEvents arn:aws:logs:us-east-1:123456789012:log-group:mock:*",
      ])
      ecs-task = sort([
        "s3:GetObject arn:aws:s3:::mock/pages/*", "s3:GetObject arn:aws:s3:::mock/raw/*", "s3:GetObject arn:aws:s3:::mock/raw_events/*",
        "s3:GetObject arn:aws:s3:::mock/state/*", "s3:GetObject arn:aws:s3:::incoming-orders/incoming/*", "s3:ListBucket arn:aws:s3:::mock",
        "s3:PutObject arn:aws:s3:::mock/pages/*", "s3:PutObject arn:aws:s3:::mock/raw/*", "s3:PutObject arn:aws:s3:::mock/state/*",
        "dynamodb:DeleteItem arn:aws:dynamodb:us-east-1:123456789012:table/mock", "dynamodb:GetItem arn:aws:dynamodb:us-east-1:123456789012:table/mock",
        "dynamodb:PutItem arn:aws:dynamodb:us-east-1:123456789012:table/mock", "dynamodb:UpdateItem arn:aws:dynamodb:us-east-1:123456789012:table/mock",
      ])
      scheduler = sort([
        "states:StartExecution arn:aws:states:us-east-1:123456789012:stateMachine:festvibes-etl",
        "sqs:SendMessage arn:aws:sqs:us-east-1:123456789012:mock",
        "ecs:RunTask arn:aws:ecs:us-east-1:123456789012:task-definition/festvibes_sample_jobs:* {\"ArnEquals\":{\"ecs:cluster\":[\"arn:aws:ecs:us-east-1:123456789012:cluster/festvibes\"]}}", # any revision
        "iam:PassRole arn:aws:iam::123456789012:role/mock {\"StringEquals\":{\"iam:PassedToService\":[\"ecs-tasks.amazonaws.com\"]}}",
        "iam:PassRole arn:aws:iam::123456789012:role/mock {\"StringEquals\":{\"iam:PassedToService\":[\"ecs-tasks.amazonaws.com\"]}}",
      ])
    }
    error_message = "A role has other permissions. Each wildcard needs a comment with its reason."
  }
  assert {
    condition = alltrue([
      for action in flatten([for each in aws_iam_role_policy.this : [for statement in jsondecode(each.policy).Statement : statement.Action]]) :
      strcontains(file("${path.module}/bootstrap/boundary.tf"), "\"${action}\"")
    ])
    error_message = "A role has an action that the boundary does not include."
  }
}

run "a_task_publishes_to_the_processed_zone" {
  variables {
    datasets         = ["sample_published"]
    processed_bucket = "concert-data-processed"
    ecs = {
      datasets           = ["sample_published"]
      image_digest       = "sha256:5555555555555555555555555555555555555555555555555555555555555555"
      subnet_ids         = ["subnet-1"]
      security_group_ids = ["sg-1"]
    }
  }
  assert {
    condition = sort(flatten([
      for statement in jsondecode(aws_iam_role_policy.this["ecs-task"].policy).Statement : [
        for pair in setproduct(statement.Action, statement.Resource) : join(" ", pair)
      ] if contains(["Publish", "KnowWhatIsPublished"], statement.Sid)
      ])) == sort([
      "s3:DeleteObject arn:aws:s3:::concert-data-processed/processed/*", "s3:GetObject arn:aws:s3:::concert-data-processed/processed/*",
      "s3:PutObject arn:aws:s3:::concert-data-processed/processed/*", "s3:ListBucket arn:aws:s3:::concert-data-processed",
    ])
    error_message = "A task must read, write, list and delete in the processed zone as the cache manager does, and nowhere else."
  }
  assert {
    condition = contains(
      one(jsondecode(aws_ecs_task_definition.dataset["sample_published"].container_definitions)).environment,
      { name = "AWS_S3_BUCKET_PROCESSED", value = "concert-data-processed" }
    )
    error_message = "The task must know the processed zone's bucket, or it writes to the data bucket."
  }
}

run "a_tag_is_refused_as_the_image_of_tasks" {
  command = plan
  variables {
    ecs = { datasets = ["sample_jobs"], image_digest = "latest", subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] }
  }
  expect_failures = [var.ecs]
}

run "tasks_of_no_dataset_are_refused" {
  command = plan
  variables {
    ecs = {
      datasets           = []
      image_digest       = "sha256:5555555555555555555555555555555555555555555555555555555555555555"
      subnet_ids         = ["subnet-1"]
      security_group_ids = ["sg-1"]
    }
  }
  expect_failures = [var.ecs]
}

run "a_task_of_a_definition_that_terraform_cannot_decode_is_refused" {
  command = plan
  variables {
    ecs = {
      datasets           = ["sample_broken"]
      image_digest       = "sha256:5555555555555555555555555555555555555555555555555555555555555555"
      subnet_ids         = ["subnet-1"]
      security_group_ids = ["sg-1"]
    }
  }
  expect_failures = [var.ecs]
}
