locals {
  # Each alarm with its metric and its meaning for the person who receives it.
  alarms = merge(
    {
      run-failed = {
        meaning    = "A run failed. Its message has the error; festvibes status shows the dates."
        namespace  = "AWS/States", metric = "ExecutionsFailed", statistic = "Sum", threshold = 1
        dimensions = { StateMachineArn = aws_sfn_state_machine.etl.arn }
      }
      run-timed-out = {
        meaning    = "A run exceeded the state machine's timeout and was stopped."
        namespace  = "AWS/States", metric = "ExecutionsTimedOut", statistic = "Sum", threshold = 1
        dimensions = { StateMachineArn = aws_sfn_state_machine.etl.arn }
      }
      run-aborted = {
        meaning    = "A run was stopped by a person or a program."
        namespace  = "AWS/States", metric = "ExecutionsAborted", statistic = "Sum", threshold = 1
        dimensions = { StateMachineArn = aws_sfn_state_machine.etl.arn }
      }
      undelivered = {
        meaning    = "The end of a run that was stopped is not in the ledger or was not published: the event is in the queue ${var.name}-undelivered."
        namespace  = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", statistic = "Maximum", threshold = 1
        dimensions = { QueueName = aws_sqs_queue.undelivered.name }
      }
      not-started = {
        meaning    = "A schedule or a trigger could not start a run: its event and the reason are in the queue ${var.name}-not-started."
        namespace  = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", statistic = "Maximum", threshold = 1
        dimensions = { QueueName = aws_sqs_queue.not_started.name }
      }
    },
    { for queue in aws_sqs_queue.requests_failed : "requests-failed" => {
      meaning    = "A message of the queue ${var.name}-requests started no run: it is in the queue ${queue.name}, and the log of date-range-generator has the reason."
      namespace  = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", statistic = "Maximum", threshold = 1
      dimensions = { QueueName = queue.name }
    } },
    { for queue in aws_sqs_queue.stream_failures : "stream-failures" => {
      meaning    = "A record of a stream cannot be read, or was given up: a message about it is in the queue ${queue.name}. Sources/Sinks/Kinesis/README.md says what to do."
      namespace  = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", statistic = "Maximum", threshold = 1
      dimensions = { QueueName = queue.name }
    } },
    { for queue in aws_sqs_queue.stream_failures : "stream-late" => {
      meaning    = "The loader is an hour behind a stream: it fails, or the stream has more than it can store."
      namespace  = "AWS/Lambda", metric = "IteratorAge", statistic = "Maximum", threshold = 3600000 # milliseconds
      dimensions = { FunctionName = aws_lambda_function.this["loader"].function_name }
    } },
    { for filter in aws_cloudwatch_log_metric_filter.tasks_failed : "task-failed" => {
      meaning    = "A run on Fargate failed or is partial: the log ${filter.log_group_name} has its last line, and festvibes status what is missing."
      namespace  = filter.metric_transformation[0].namespace, metric = filter.metric_transformation[0].name, statistic = "Sum", threshold = 1
      dimensions = {}
    } },
    { for name, function in local.functions : "${name}-errors" => {
      meaning    = "${name} failed more often within an hour than retries and the tolerated failed dates explain."
      namespace  = "AWS/Lambda", metric = "Errors", statistic = "Sum", threshold = function.errors_alarm
      dimensions = { FunctionName = aws_lambda_function.this[name].function_name }
    } },
    { for name, function in local.functions : "${name}-throttled" => {
      meaning    = "Lambda refused to run ${name}: ${try(function.serves, false) ? "its executions (api_concurrency) were all busy, or " : ""}the account's quota of concurrent executions is used up."
      namespace  = "AWS/Lambda", metric = "Throttles", statistic = "Sum", threshold = 1
      dimensions = { FunctionName = aws_lambda_function.this[name].function_name }
    } },
    { for name, function in local.functions : "${name}-slow" => {
      meaning    = "${name} took more than four fifths of its timeout of ${function.timeout} s."
      namespace  = "AWS/Lambda", metric = "Duration", statistic = "Maximum", threshold = 800 * function.timeout # milliseconds
      dimensions = { FunctionName = aws_lambda_function.this[name].function_name }
    } if !try(function.fills_its_time, false) },
    local.api_alarms,
  )
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}/${each.key}" # a slash, because ${var.name}-* would match the alarms of ${var.name}-dev
  alarm_description   = each.value.meaning
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic == "p99" ? null : each.value.statistic
  extended_statistic  = each.value.statistic == "p99" ? "p99" : null
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = each.value.threshold
  period              = 3600
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching" # there is no data between runs
  # CloudWatch takes a p99 of under a thousand requests for uncertain: it may be that of one cold start.
  evaluate_low_sample_count_percentiles = each.value.statistic == "p99" ? "ignore" : null
  alarm_actions                         = [aws_sns_topic.alarms.arn]
}

# Counts the successful runs of each schedule in the state machine's log. Only its own executions count, not those of the
# Map, whose ARN has a slash after the state machine's name; and only those that the schedule started, because a smoke test
# at noon proves nothing about the schedule. The output is JSON in a string; whether Step Functions writes it with a space
# after the colon does not matter. A run of a profile has its job type in the output, any other run has none. The tasks on
# Fargate (ecs.tf) have no state machine: their log has the run itself.
locals {
  outputs_of = {
    for key, schedule in local.schedules : key => concat(
      ["( ${join(" || ", [for space in ["", " "] : "$.details.output = \"*\\\"trigger\\\":${space}\\\"schedule\\\"*\""])} )"],
      ["( ${join(" || ", [for space in ["", " "] : "$.details.output = \"*\\\"dataset\\\":${space}\\\"${schedule.dataset}\\\"*\""])} )"],
      schedule.job == null ?
      [for space in ["", " "] : "$.details.output != \"*\\\"job_type\\\":${space}\\\"*\""] :
      ["( ${join(" || ", [for space in ["", " "] : "$.details.output = \"*\\\"job_type\\\":${space}\\\"${schedule.job}\\\"*\""])} )"],
    )
  }
}

moved {
  from = aws_cloudwatch_log_metric_filter.succeeded
  to   = aws_cloudwatch_log_metric_filter.succeeded["wwoz"]
}

resource "aws_cloudwatch_log_metric_filter" "succeeded" {
  for_each = local.schedules

  name           = "${var.name}-runs-succeeded/${each.key}"
  log_group_name = contains(local.ecs_datasets, each.value.dataset) ? one(aws_cloudwatch_log_group.ecs[*].name) : aws_cloudwatch_log_group.state_machine.name
  pattern = contains(local.ecs_datasets, each.value.dataset) ? (
    "{ $.run = \"${local.ecs_runs[each.key]}*\" && ( $.status = \"success\" || $.status = \"partial\" ) }" # the line that festvibes run --json ends with
    ) : join(" ", ["{", join(" && ", concat(
      ["$.type = \"ExecutionSucceeded\"", "$.execution_arn = \"*:execution:${local.state_machine_name}:*\""],
      local.outputs_of[each.key],
  )), "}"])

  metric_transformation {
    namespace = var.name
    name      = "RunsSucceeded/${each.key}"
    value     = "1"
  }
}

moved {
  from = aws_cloudwatch_metric_alarm.no_run[0]
  to   = aws_cloudwatch_metric_alarm.no_run["wwoz"]
}

# Two hours more than the time between two runs: one for the run itself, and one because in autumn, when clocks go back, a
# daily run starts 25 hours after the one before. Hours without data are filled with 0; otherwise CloudWatch would look
# further back and accept an earlier success.
resource "aws_cloudwatch_metric_alarm" "no_run" {
  for_each = {
    for key, schedule in local.schedules : key => schedule
    if try(schedule.alarm_after_hours > 0 && schedule.alarm_after_hours <= 168, false)
  }

  alarm_name          = "${var.name}/no-successful-run/${each.key}"
  alarm_description   = "No scheduled run of ${each.key} has succeeded for ${each.value.alarm_after_hours} hours: the schedule does not start, or runs fail. Also raised before the first run."
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  evaluation_periods  = each.value.alarm_after_hours
  treat_missing_data  = "breaching" # before the first success there is no data to fill
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn] # also reports the recovery

  metric_query {
    id          = "filled"
    expression  = "FILL(runs, 0)"
    label       = "Successful runs"
    return_data = true
  }

  metric_query {
    id = "runs"
    metric {
      namespace   = aws_cloudwatch_log_metric_filter.succeeded[each.key].metric_transformation[0].namespace
      metric_name = aws_cloudwatch_log_metric_filter.succeeded[each.key].metric_transformation[0].name
      stat        = "Sum"
      period      = 3600
    }
  }
}
