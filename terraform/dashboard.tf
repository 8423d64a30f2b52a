locals {
  console = "https://${var.region}.console.aws.amazon.com"

  function_metrics = {
    for metric, statistic in { Errors = "Sum", Throttles = "Sum", Duration = "Maximum" } :
    metric => [for function in aws_lambda_function.this :
    ["AWS/Lambda", metric, "FunctionName", function.function_name, { stat = statistic, label = function.function_name }]]
  }

  # What the functions count themselves, in their logs; a metric is there from the first time on that it has happened.
  counted = {
    for function, metrics in {
      loader  = ["New", "Changed", "Rejected", "Cancelled"]
      scraper = ["PagesFetched", "PagesValidated", "PagesShared", "PagesFailed"]
    } :
    function => [for metric in metrics : ["FestVibes", metric, "Function", aws_lambda_function.this[function].function_name]]
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
          ["filter level in ['WARN', 'ERROR', 'FATAL'] and ispresent(message)", "fields @timestamp, @log, level, message", "sort @timestamp desc", "limit 50"],
        ))
      }
    },
    {
      type       = "metric", x = 0, y = 21, width = 6, height = 6
      properties = { title = "Events of a night", region = var.region, stat = "Sum", period = 3600, metrics = local.counted.loader }
    },
    {
      type       = "metric", x = 6, y = 21, width = 6, height = 6
      properties = { title = "Pages of a night", region = var.region, stat = "Sum", period = 3600, metrics = local.counted.scraper }
    },
    {
      type = "metric", x = 12, y = 21, width = 6, height = 6
      properties = {
        title   = "Errors and throttles", region = var.region, period = 300
        metrics = concat(local.function_metrics.Errors, local.function_metrics.Throttles)
      }
    },
    {
      type       = "metric", x = 18, y = 21, width = 6, height = 6
      properties = { title = "Longest duration (ms)", region = var.region, period = 300, metrics = local.function_metrics.Duration }
    },
  ]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({ start = "-P3D", widgets = local.widgets })
}
