# What starts runs besides schedules: EventBridge rules, and the queue of requests.

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
}

run "a_trigger_is_a_rule_that_starts_the_state_machine" {
  variables {
    datasets  = ["sample_jobs", "sample_months"]
    schedules = { sample_months = { alarm_after_hours = 0 } }
  }
  assert {
    condition = { for key, rule in aws_cloudwatch_event_rule.trigger : key => [rule.name, jsondecode(rule.event_pattern)] } == {
      "sample_jobs/1" = ["festvibes.sample_jobs-1", {
        source = ["aws.s3"], detail-type = ["Object Created"]
        detail = { bucket = { name = ["incoming-orders"] }, object = { key = [{ prefix = "incoming/" }] } }
      }]
      "sample_jobs/2"   = ["festvibes.sample_jobs-2", { source = ["com.example.shop"], detail-type = ["OrdersChanged"] }]
      "sample_months/1" = ["festvibes.sample_months-1", { source = ["com.example.books"], detail-type = ["MonthClosed"] }]
    }
    error_message = "An object of the bucket and prefix, or an event, starts a run; the name has a dot that no other deployment's name can have."
  }
  assert {
    condition = alltrue([for key, target in aws_cloudwatch_event_target.trigger : alltrue([
      target.arn == aws_sfn_state_machine.etl.arn, target.role_arn == aws_iam_role.this["triggers"].arn,
      target.rule == aws_cloudwatch_event_rule.trigger[key].name, target.dead_letter_config[0].arn == aws_sqs_queue.not_started.arn,
      target.input_transformer[0].input_paths == tomap({ detail = "$.detail" }),
      target.retry_policy[0].maximum_retry_attempts == 30,
    ])])
    error_message = "EventBridge must start the state machine, and keep what it cannot start."
  }
  assert {
    condition     = jsondecode(replace(aws_cloudwatch_event_target.trigger["sample_jobs/1"].input_transformer[0].input_template, "<detail>", "{\"bucket\": {\"name\": \"incoming-orders\"}, \"object\": {\"key\": \"incoming/a.csv\"}}")) == { dataset = "sample_jobs", trigger = "event", detail = { bucket = { name = "incoming-orders" }, object = { key = "incoming/a.csv" } } }
    error_message = "The input is not the dataset with the event's detail."
  }
  assert {
    condition = [for statement in jsondecode(aws_sqs_queue_policy.not_started.policy).Statement : [statement.Effect, statement.Principal, try(statement.Condition.ArnEquals["aws:SourceArn"], [])]] == [
      ["Allow", { Service = "events.amazonaws.com" }, [for rule in aws_cloudwatch_event_rule.trigger : rule.arn]],
      ["Deny", "*", []],
    ]
    error_message = "Only these rules may send to the queue of what did not start, besides roles of the account."
  }
  assert {
    condition     = contains(flatten([for statement in jsondecode(aws_iam_role_policy.this["scraper"].policy).Statement : statement.Resource if statement.Action == ["s3:GetObject"]]), "arn:aws:s3:::incoming-orders/incoming/*")
    error_message = "The scraper cannot read the object that started the run."
  }
  assert {
    condition     = length(aws_s3_bucket_notification.data) == 0
    error_message = "The data bucket has no trigger, and needs to tell nobody of its objects."
  }
}

run "the_data_bucket_may_start_runs" {
  command = plan
  variables {
    datasets          = ["sample_jobs"]
    dataset_variables = { JOBS_BUCKET = "festvibes-data-123456789012" }
  }
  assert {
    condition     = one(aws_s3_bucket_notification.data).eventbridge
    error_message = "EventBridge does not learn of the bucket's objects."
  }
}

run "a_run_must_not_start_the_next_by_what_it_writes" {
  command = plan
  variables {
    datasets          = ["sample_jobs"]
    dataset_variables = { JOBS_BUCKET = "festvibes-data-123456789012", JOBS_PREFIX = "raw/orders/" }
  }
  expect_failures = [aws_cloudwatch_event_rule.trigger["sample_jobs/1"]]
}

run "an_event_of_executions_must_not_start_an_execution" {
  command = plan
  variables {
    datasets          = ["sample_jobs"]
    dataset_variables = { JOBS_SOURCE = "aws.states" }
  }
  expect_failures = [aws_cloudwatch_event_rule.trigger["sample_jobs/2"]]
}

run "nor_must_an_event_of_any_object" {
  command = plan
  variables {
    datasets          = ["sample_jobs"]
    dataset_variables = { JOBS_SOURCE = "aws.s3" }
  }
  expect_failures = [aws_cloudwatch_event_rule.trigger["sample_jobs/2"]]
}

run "a_queue_of_requests_starts_runs_by_the_generator" {
  variables {
    request_queue = { sources = ["arn:aws:s3:::incoming-orders", "arn:aws:sns:us-east-1:123456789012:orders", "arn:aws:events:us-east-1:123456789012:rule/orders"] }
  }
  assert {
    condition = alltrue([
      aws_sqs_queue.requests[0].name == "festvibes-requests", aws_sqs_queue.requests_failed[0].name == "festvibes-requests-failed",
      aws_sqs_queue.requests[0].visibility_timeout_seconds >= 6 * aws_lambda_function.this["date-range-generator"].timeout,
      jsondecode(aws_sqs_queue.requests[0].redrive_policy) == { deadLetterTargetArn = aws_sqs_queue.requests_failed[0].arn, maxReceiveCount = 5 },
      aws_sqs_queue.requests_failed[0].message_retention_seconds > aws_sqs_queue.requests[0].message_retention_seconds,
      aws_sqs_queue.requests[0].sqs_managed_sse_enabled, aws_sqs_queue.requests_failed[0].sqs_managed_sse_enabled,
    ])
    error_message = "A message that can never start a run moves to the other queue, which keeps it longer."
  }
  assert {
    condition = alltrue([for mapping in aws_lambda_event_source_mapping.requests : alltrue([
      mapping.event_source_arn == aws_sqs_queue.requests[0].arn, mapping.function_name == aws_lambda_function.this["date-range-generator"].arn,
      mapping.function_response_types == toset(["ReportBatchItemFailures"]), mapping.batch_size == 10,
    ])]) && length(aws_lambda_event_source_mapping.requests) == 1
    error_message = "The generator must get the messages, and say which of a batch failed."
  }
  assert {
    condition = [for statement in jsondecode(aws_sqs_queue_policy.requests[0].policy).Statement : [statement.Effect, statement.Principal, statement.Action, statement.Condition]] == [
      ["Allow", { Service = "events.amazonaws.com" }, "sqs:SendMessage", { ArnEquals = { "aws:SourceArn" = "arn:aws:events:us-east-1:123456789012:rule/orders" } }],
      ["Allow", { Service = "s3.amazonaws.com" }, "sqs:SendMessage", { ArnEquals = { "aws:SourceArn" = "arn:aws:s3:::incoming-orders" }, StringEquals = { "aws:SourceAccount" = "123456789012" } }],
      ["Allow", { Service = "sns.amazonaws.com" }, "sqs:SendMessage", { ArnEquals = { "aws:SourceArn" = "arn:aws:sns:us-east-1:123456789012:orders" } }],
      ["Deny", "*", "sqs:*", { Bool = { "aws:SecureTransport" = "false" } }],
    ]
    error_message = "Only what the setting names may send, besides roles of the account, and only with TLS."
  }
  assert {
    condition = [for statement in jsondecode(aws_sqs_queue_policy.requests_failed[0].policy).Statement : [statement.Effect, statement.Principal, statement.Action, statement.Condition]] == [
      ["Deny", "*", "sqs:*", { Bool = { "aws:SecureTransport" = "false" } }],
    ]
    error_message = "The queue of requests that failed must refuse requests without TLS, and allow nobody."
  }
  assert {
    condition     = one(aws_lambda_function.this["date-range-generator"].environment).variables.STATE_MACHINE_ARN == "arn:aws:states:us-east-1:123456789012:stateMachine:festvibes-etl"
    error_message = "The generator does not know what to start."
  }
  assert {
    condition = sort(flatten([for statement in jsondecode(aws_iam_role_policy.this["date-range-generator"].policy).Statement :
      [for pair in setproduct(statement.Action, statement.Resource) : join(" ", pair)] if contains(["TakeRequests", "StartRequestedRuns"], statement.Sid)])) == sort([
      "sqs:ReceiveMessage arn:aws:sqs:us-east-1:123456789012:festvibes-requests", "sqs:DeleteMessage arn:aws:sqs:us-east-1:123456789012:festvibes-requests",
      "sqs:GetQueueAttributes arn:aws:sqs:us-east-1:123456789012:festvibes-requests",
      "states:StartExecution arn:aws:states:us-east-1:123456789012:stateMachine:festvibes-etl",
    ])
    error_message = "The generator has other rights than it needs for the queue."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["requests-failed"].dimensions == tomap({ QueueName = "festvibes-requests-failed" }) && aws_cloudwatch_metric_alarm.this["requests-failed"].threshold == 1
    error_message = "A request that started no run must raise an alarm."
  }
}

run "a_source_has_no_wildcard" {
  command = plan
  variables {
    request_queue = { sources = ["arn:aws:s3:::*"] }
  }
  expect_failures = [var.request_queue]
}
