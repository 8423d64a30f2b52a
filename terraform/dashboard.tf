locals {
  console = "https://${var.region}.console.aws.amazon.com"

  function_metrics = {
    for metric, statistic in { Errors = "Sum", Throttles = "Sum", Duration = "Maximum" } :
    metric => [for function in aws_lambda_function.this :
    ["AWS/Lambda", metric, "FunctionName", function.function_name, { stat = statistic, label = function.function_name }]]
  }

  # Metrics that the functions write to their logs; each exists once it has been counted for the first time.
  counted = {
    for function, metrics in {
      loader  = ["New", "Changed", "Rejected", "Cancelled"]
      scraper = ["PagesFetched", "PagesValidated", "PagesShared", "PagesFailed"]
    } :
    function => [for metric in metrics : ["FestVibes", metric, "Function", aws_lambda_function.this[function].function_name]]
  }

  # A row for each dataset: its records, its failures, and its runs. These metrics the functions count for each dataset.
  dataset_metrics = {
    records  = ["Found", "New", "Changed", "Rejected"]
    failures = ["Errors", "PagesFailed"]
    runs     = ["RunsEnded"]
  }
  dataset_widgets = flatten([for row, dataset in sort(var.datasets) : [
    for column, title in ["records", "failures", "runs"] : {
      type = "metric", x = 8 * column, y = 27 + 6 * row, width = 8, height = 6
      properties = {
        title = "${dataset}: ${title}", region = var.region, stat = "Sum", period = 3600
        metrics = concat(
          [for metric in local.dataset_metrics[title] :
          ["FestVibes", metric, "Dataset", dataset, "DataType", try(local.decoded[dataset].data_type, dataset)]],
          [for key, filter in aws_cloudwatch_log_metric_filter.succeeded : [var.name, "RunsSucceeded/${key}"]
          if title == "runs" && local.schedules[key].dataset == dataset],
        )
      }
    }
  ]])

  # Below them, where it is deployed: what the enricher did, and what its geocoder did not know or not answer.
  enrichment_widgets = [for name in keys(local.functions) : {
    type = "metric", x = 0, y = 27 + 6 * length(var.datasets), width = 24, height = 6
    properties = {
      title = "Enrichment", region = var.region, stat = "Sum", period = 3600
      metrics = [for metric in ["EmbeddedRows", "GeocoderLookups", "GeocoderMisses", "GeocoderFailures"] :
      ["FestVibes", metric, "Function", aws_lambda_function.this[name].function_name]]
    }
  } if name == "enricher"]

  # Twenty-four columns wide. From the top: current alarms, runs, failed dates with their causes, functions, datasets.
  widgets = concat([
    {
      type = "alarm", x = 0, y = 0, width = 24, height = 3
      properties = {
        title  = "Alarms"
        alarms = concat([for alarm in aws_cloudwatch_metric_alarm.no_run : alarm.arn], [for alarm in aws_cloudwatch_metric_alarm.this : alarm.arn])
      }
    },
    {
      type = "metric", x = 0, y = 3, width = 12, height = 6
      properties = {
        title = "Runs", region = var.region, view = "timeSeries", stat = "Sum", period = 3600
        metrics = [for metric in ["ExecutionsStarted", "ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"] :
        ["AWS/States", metric, "StateMachineArn", aws_sfn_state_machine.etl.arn]]
      }
    },
    {
      type = "metric", x = 12, y = 3, width = 12, height = 6
      properties = {
        title   = "Duration of runs (ms)", region = var.region, view = "timeSeries", stat = "Maximum", period = 3600
        metrics = [["AWS/States", "ExecutionTime", "StateMachineArn", aws_sfn_state_machine.etl.arn]]
      }
    },
    {
      type = "log", x = 0, y = 9, width = 24, height = 6
      properties = {
        title = "Failed dates and runs, with causes", region = var.region, view = "table"
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
        title = "Warnings and errors of the functions", region = var.region, view = "table"
        query = join(" | ", concat(
          [for group in aws_cloudwatch_log_group.function : "SOURCE '${group.name}'"],
          ["filter level in ['WARN', 'ERROR', 'FATAL'] and ispresent(message)", "fields @timestamp, @log, level, message", "sort @timestamp desc", "limit 50"],
        ))
      }
    },
    {
      type       = "metric", x = 0, y = 21, width = 6, height = 6
      properties = { title = "Events", region = var.region, stat = "Sum", period = 3600, metrics = local.counted.loader }
    },
    {
      type       = "metric", x = 6, y = 21, width = 6, height = 6
      properties = { title = "Pages", region = var.region, stat = "Sum", period = 3600, metrics = local.counted.scraper }
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
  ], local.dataset_widgets, local.enrichment_widgets)
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({ start = "-P3D", widgets = local.widgets })
}
