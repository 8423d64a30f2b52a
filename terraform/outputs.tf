output "bucket" {
  description = "The data bucket"
  value       = aws_s3_bucket.data.bucket
}

output "state_machine_arn" {
  description = "The value of STATE_MACHINE_ARN for the festvibes command"
  value       = aws_sfn_state_machine.etl.arn
}

output "function_names" {
  description = "The deployed name of each function"
  value       = { for name, function in aws_lambda_function.this : name => function.function_name }
}

output "image_digests" {
  description = "The deployed images; the value of image_digests to return to them"
  value       = var.image_digests
}

output "api_url" {
  description = "The address of the read API; null without it"
  value       = one([for api in aws_apigatewayv2_api.this : api.api_endpoint])
}

output "architecture" {
  description = "The architecture of the deployed images"
  value       = var.architecture
}

output "secret_arns" {
  description = "The secrets, whose values are set separately"
  value       = { for name, secret in aws_secretsmanager_secret.this : name => secret.arn }
}

output "topic_arns" {
  description = "The topics of run summaries and of alarms"
  value       = local.topics
}

output "dashboard_url" {
  description = "The dashboard in the console"
  value       = "${local.console}/cloudwatch/home?region=${var.region}#dashboards:name=${aws_cloudwatch_dashboard.this.dashboard_name}"
}

output "state_machine_url" {
  description = "The runs in the console"
  value       = "${local.console}/states/home?region=${var.region}#/statemachines/view/${aws_sfn_state_machine.etl.arn}"
}

output "schedules" {
  description = "The schedules of the datasets: their names in the group of the deployment's name, when they start, and what they send"
  value = {
    for key, schedule in aws_scheduler_schedule.this : key => {
      name  = schedule.name
      group = schedule.group_name
      cron  = schedule.schedule_expression
      zone  = schedule.schedule_expression_timezone
      state = schedule.state
    }
  }
}

output "request_queue_url" {
  description = "The queue whose messages start runs; null without request_queue"
  value       = one(aws_sqs_queue.requests[*].url)
}

output "streams" {
  description = "The Kinesis streams of the datasets"
  value       = { for name, stream in aws_kinesis_stream.this : name => stream.arn }
}

output "stream_failures_queue_url" {
  description = "The queue with messages about records of streams that could not be stored; null without a stream"
  value       = one(aws_sqs_queue.stream_failures[*].url)
}

output "projection_topic" {
  description = "The topic that announces new projections of time series; null without a dataset that has them"
  value       = one(aws_sns_topic.projections[*].arn)
}

output "completion_topic" {
  description = "The topic that hears of complete runs; null without a dataset with publish: completion"
  value       = one(aws_sns_topic.completions[*].arn)
}

output "costs" {
  description = "What the runs of each schedule cost in a month, by list prices in US dollars without free tiers (README.md)"
  value       = { for key, each in local.costs : key => "${format("%.1f", each.runs)} runs with ${each.items} items: ${format("%.2f", each.dollars)}" if contains(keys(local.schedules), key) }
}

output "database_connections" {
  description = "The most connections that each function has to Postgres if all datasets run at once"
  value       = local.connections
}
