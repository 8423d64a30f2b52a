locals {
  console = "https://${var.region}.console.aws.amazon.com"

  function_metrics = {
    for metric, statistic in { Invocations = "Sum", Errors = "Sum", Throttles = "Sum", Duration = "Maximum" } :
    metric => [for function in aws_lambda_function.this :
    ["AWS/Lambda", metric, "FunctionName", function.function_name, { stat = statistic, label = function.function_name }]]
  }

  # Twenty-four columns wide; read from the top: is something wrong, which night, which dates and why, which function.
  widgets = [
    {
      type = "alarm", x = 0, y = 0, width = 24, height = 3
      properties = {
        title  = "What is wrong now"
        alarms = concat([aws_cloudwatch_metric_alarm.no_run.arn], [for alarm in aws_cloudwatch_metric_alarm.this : alarm.arn])
      }
    },
    {
      type = "metric", x = 0, y = 3, width = 12, height = 6
      properties = {
        title = "Nights", region = var.region, view = "timeSeries", stat = "Sum", period = 3600
        metrics = [for metric in ["ExecutionsStarted", "ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"] :
        ["AWS/States", metric, "StateMachineArn", aws_sfn_state_machine.etl.arn]]
      }
    },
    {
      type = "metric", x = 12, y = 3, width = 12, height = 6
      properties = {
        title   = "How long a night takes (ms)", region = var.region, view = "timeSeries", stat = "Maximum", period = 3600
        metrics = [["AWS/States", "ExecutionTime", "StateMachineArn", aws_sfn_state_machine.etl.arn]]
      }
    },
    {
      type = "log", x = 0, y = 9, width = 24, height = 6
      properties = {
        title = "Dates and nights that failed, and why", region = var.region, view = "table"
        query = join(" | ", [
          "SOURCE '${aws_cloudwatch_log_group.state_machine.name}'",
          "filter type in ['ExecutionFailed', 'ExecutionTimedOut', 'ExecutionAborted']",
          "fields @timestamp, details.error as error, details.cause as cause, execution_arn",
          "sort @timestamp desc", "limit 50",
        ])
      }
    },
    {
      type = "log", x = 0, y = 15, width = 24, height = 6
      properties = {
        title = "What the functions complained of", region = var.region, view = "table"
        query = join(" | ", concat(
          [for group in aws_cloudwatch_log_group.function : "SOURCE '${group.name}'"],
          ["filter level in ['WARN', 'ERROR', 'FATAL']", "fields @timestamp, @log, level, message", "sort @timestamp desc", "limit 50"],
        ))
      }
    },
    {
      type       = "metric", x = 0, y = 21, width = 8, height = 6
      properties = { title = "Invocations", region = var.region, period = 300, metrics = local.function_metrics.Invocations }
    },
    {
      type = "metric", x = 8, y = 21, width = 8, height = 6
      properties = {
        title   = "Errors and throttles", region = var.region, period = 300
        metrics = concat(local.function_metrics.Errors, local.function_metrics.Throttles)
      }
    },
    {
      type       = "metric", x = 16, y = 21, width = 8, height = 6
      properties = { title = "Longest duration (ms)", region = var.region, period = 300, metrics = local.function_metrics.Duration }
    },
  ]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({ start = "-P3D", widgets = local.widgets })
}
