output "bucket" {
  description = "The data bucket"
  value       = aws_s3_bucket.data.bucket
}

output "state_machine_arn" {
  description = "STATE_MACHINE_ARN of the festvibes command"
  value       = aws_sfn_state_machine.etl.arn
}

output "function_names" {
  description = "The functions, as deployed"
  value       = { for name, function in aws_lambda_function.this : name => function.function_name }
}

output "image_digests" {
  description = "The images that are deployed; what to give to image_digests to come back to them"
  value       = var.image_digests
}

output "architecture" {
  description = "What they were built for"
  value       = var.architecture
}

output "secret_arns" {
  description = "Where the values of the secrets are to be put"
  value       = { for name, secret in aws_secretsmanager_secret.this : name => secret.arn }
}

output "topic_arns" {
  description = "Where the summaries of the runs, and where the alarms are published"
  value       = local.topics
}

output "dashboard_url" {
  description = "The dashboard in the console"
  value       = "${local.console}/cloudwatch/home?region=${var.region}#dashboards:name=${aws_cloudwatch_dashboard.this.dashboard_name}"
}

output "state_machine_url" {
  description = "The nights in the console"
  value       = "${local.console}/states/home?region=${var.region}#/statemachines/view/${aws_sfn_state_machine.etl.arn}"
}
