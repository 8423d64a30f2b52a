locals {
  # One alarm each: what is watched, and what it means to the person who is woken.
  alarms = merge(
    {
      run-failed = {
        meaning    = "A night failed. The message of the run says which error; festvibes status shows the dates."
        namespace  = "AWS/States", metric = "ExecutionsFailed", statistic = "Sum", threshold = 1
        dimensions = { StateMachineArn = aws_sfn_state_machine.etl.arn }
      }
      run-timed-out = {
        meaning    = "A night took longer than the state machine allows, and was ended."
        namespace  = "AWS/States", metric = "ExecutionsTimedOut", statistic = "Sum", threshold = 1
        dimensions = { StateMachineArn = aws_sfn_state_machine.etl.arn }
      }
      run-aborted = {
        meaning    = "Somebody stopped a night."
        namespace  = "AWS/States", metric = "ExecutionsAborted", statistic = "Sum", threshold = 1
        dimensions = { StateMachineArn = aws_sfn_state_machine.etl.arn }
      }
      not-started = {
        meaning    = "The schedule could not start a night: the queue ${var.name}-not-started has its event and the reason."
        namespace  = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", statistic = "Maximum", threshold = 1
        dimensions = { QueueName = aws_sqs_queue.not_started.name }
      }
    },
    { for name, function in local.functions : "${name}-errors" => {
      meaning    = "${name} failed more often within an hour than retries and the tolerated dates account for."
      namespace  = "AWS/Lambda", metric = "Errors", statistic = "Sum", threshold = function.errors_alarm
      dimensions = { FunctionName = aws_lambda_function.this[name].function_name }
    } },
    { for name, function in local.functions : "${name}-throttled" => {
      meaning    = "Lambda refused to run ${name}: the account's quota of concurrent executions is used up."
      namespace  = "AWS/Lambda", metric = "Throttles", statistic = "Sum", threshold = 1
      dimensions = { FunctionName = aws_lambda_function.this[name].function_name }
    } },
    { for name, function in local.functions : "${name}-slow" => {
      meaning    = "${name} took more than four fifths of its time-out of ${function.timeout} s."
      namespace  = "AWS/Lambda", metric = "Duration", statistic = "Maximum", threshold = 800 * function.timeout # milliseconds
      dimensions = { FunctionName = aws_lambda_function.this[name].function_name }
    } },
  )
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.meaning
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = each.value.threshold
  period              = 3600
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching" # there is no data but at night
  alarm_actions       = [aws_sns_topic.alarms.arn]
}

# A night that succeeded, counted in the state machine's log: of its own executions only, not of the Map's, whose ARN has a
# slash after the machine's name; and of those that the schedule started: a smoke test at noon says nothing of the night. The
# output is JSON in a string.
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

# 26 hours: the night of the autumn's change of clocks begins 25 hours after the one before. Hours with no run are filled with
# 0: where data are missing, CloudWatch looks further back for some, and would be content with a success of the day before.
resource "aws_cloudwatch_metric_alarm" "no_run" {
  alarm_name          = "${var.name}-no-successful-run"
  alarm_description   = "No night of the schedule has succeeded for 26 hours: it is off, or nights fail. Alarms too before the first one."
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  evaluation_periods  = 26
  treat_missing_data  = "breaching" # before the first success there is nothing to fill
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn] # that it is well again is news too

  metric_query {
    id          = "filled"
    expression  = "FILL(runs, 0)"
    label       = "Nights that succeeded"
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
