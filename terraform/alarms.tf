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
      not-started = {
        meaning    = "The schedule could not start a run: its event and the reason are in the queue ${var.name}-not-started."
        namespace  = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", statistic = "Maximum", threshold = 1
        dimensions = { QueueName = aws_sqs_queue.not_started.name }
      }
    },
    { for name, function in local.functions : "${name}-errors" => {
      meaning    = "${name} failed more often within an hour than retries and the tolerated failed dates explain."
      namespace  = "AWS/Lambda", metric = "Errors", statistic = "Sum", threshold = function.errors_alarm
      dimensions = { FunctionName = aws_lambda_function.this[name].function_name }
    } },
    { for name, function in local.functions : "${name}-throttled" => {
      meaning    = "Lambda refused to run ${name}: the account's quota of concurrent executions is used up."
      namespace  = "AWS/Lambda", metric = "Throttles", statistic = "Sum", threshold = 1
      dimensions = { FunctionName = aws_lambda_function.this[name].function_name }
    } },
    { for name, function in local.functions : "${name}-slow" => {
      meaning    = "${name} took more than four fifths of its timeout of ${function.timeout} s."
      namespace  = "AWS/Lambda", metric = "Duration", statistic = "Maximum", threshold = 800 * function.timeout # milliseconds
      dimensions = { FunctionName = aws_lambda_function.this[name].function_name }
    } },
  )
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}/${each.key}" # a slash, because ${var.name}-* would match the alarms of ${var.name}-dev
  alarm_description   = each.value.meaning
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = each.value.threshold
  period              = 3600
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching" # there is no data between runs
  alarm_actions       = [aws_sns_topic.alarms.arn]
}

# Counts the successful runs in the state machine's log. Only its own executions count, not those of the Map, whose ARN has
# a slash after the state machine's name; and only those that the schedule started, because a smoke test at noon proves
# nothing about the schedule. The output is JSON in a string.
resource "aws_cloudwatch_log_metric_filter" "succeeded" {
  name           = "${var.name}-runs-succeeded"
  log_group_name = aws_cloudwatch_log_group.state_machine.name
  pattern = join(" ", ["{", join(" && ", [
    "$.type = \"ExecutionSucceeded\"",
    "$.execution_arn = \"*:execution:${local.state_machine_name}:*\"",
    "$.details.output = \"*\\\"trigger\\\":\\\"schedule\\\"*\"",
  ]), "}"])

  metric_transformation {
    namespace = var.name
    name      = "RunsSucceeded"
    value     = "1"
  }
}

# 26 hours, because in autumn, when clocks go back, a run starts 25 hours after the one before. Hours without data are
# filled with 0; otherwise CloudWatch would look further back and accept a success of the day before.
resource "aws_cloudwatch_metric_alarm" "no_run" {
  alarm_name          = "${var.name}/no-successful-run"
  alarm_description   = "No scheduled run has succeeded for 26 hours: the schedule is off, or runs fail. Also raised before the first run."
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  evaluation_periods  = 26
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
      namespace   = aws_cloudwatch_log_metric_filter.succeeded.metric_transformation[0].namespace
      metric_name = aws_cloudwatch_log_metric_filter.succeeded.metric_transformation[0].name
      stat        = "Sum"
      period      = 3600
    }
  }
}
