# Values that AWS would generate. The provider checks the form of ARNs.
mock_data "aws_caller_identity" {
  defaults = { account_id = "123456789012" }
}
mock_data "aws_partition" {
  defaults = { partition = "aws" }
}
mock_resource "aws_cloudwatch_event_rule" {
  defaults = { arn = "arn:aws:events:us-east-1:123456789012:rule/mock" }
}
mock_resource "aws_cloudwatch_log_group" {
  defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:mock" }
}
mock_resource "aws_dynamodb_table" {
  defaults = { arn = "arn:aws:dynamodb:us-east-1:123456789012:table/mock" }
}
mock_resource "aws_ecs_cluster" {
  defaults = { arn = "arn:aws:ecs:us-east-1:123456789012:cluster/mock" }
}
mock_resource "aws_ecs_task_definition" {
  defaults = { arn = "arn:aws:ecs:us-east-1:123456789012:task-definition/mock:1" }
}
mock_resource "aws_iam_policy" {
  defaults = { arn = "arn:aws:iam::123456789012:policy/mock" }
}
mock_resource "aws_iam_role" {
  defaults = { arn = "arn:aws:iam::123456789012:role/mock" }
}
mock_resource "aws_kinesis_stream" {
  defaults = { arn = "arn:aws:kinesis:us-east-1:123456789012:stream/mock" }
}
mock_resource "aws_lambda_function" {
  defaults = { arn = "arn:aws:lambda:us-east-1:123456789012:function:mock" }
}
mock_resource "aws_s3_bucket" {
  defaults = { arn = "arn:aws:s3:::mock" }
}
mock_resource "aws_secretsmanager_secret" {
  defaults = { arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:mock" }
}
mock_resource "aws_sfn_state_machine" {
  defaults = { arn = "arn:aws:states:us-east-1:123456789012:stateMachine:mock" }
}
mock_resource "aws_sns_topic" {
  defaults = { arn = "arn:aws:sns:us-east-1:123456789012:mock" }
}
mock_resource "aws_sqs_queue" {
  defaults = { arn = "arn:aws:sqs:us-east-1:123456789012:mock" }
}

# Distinct values for resources that policies, the state machine or alarms have to distinguish.
override_resource {
  target = aws_sns_topic.runs
  values = { arn = "arn:aws:sns:us-east-1:123456789012:festvibes-runs" }
}
override_resource {
  target = aws_sns_topic.alarms
  values = { arn = "arn:aws:sns:us-east-1:123456789012:festvibes-alarms" }
}
override_resource {
  target = aws_sns_topic.projections[0]
  values = { arn = "arn:aws:sns:us-east-1:123456789012:festvibes-projections" }
}
override_resource {
  target = aws_sns_topic.completions[0]
  values = { arn = "arn:aws:sns:us-east-1:123456789012:festvibes-completions" }
}
override_resource {
  target = aws_sqs_queue.undelivered
  values = { arn = "arn:aws:sqs:us-east-1:123456789012:festvibes-undelivered" }
}
override_resource {
  target = aws_sqs_queue.requests[0]
  values = { arn = "arn:aws:sqs:us-east-1:123456789012:festvibes-requests" }
}
override_resource {
  target = aws_secretsmanager_secret.this["PG_DATABASE_URL"]
  values = { arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:festvibes/PG_DATABASE_URL" }
}
override_resource {
  target = aws_secretsmanager_secret.this["REDIS_URL"]
  values = { arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:festvibes/REDIS_URL" }
}
override_resource {
  target = aws_secretsmanager_secret.this["GOOGLE_MAPS_API_KEY"]
  values = { arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:festvibes/GOOGLE_MAPS_API_KEY" }
}
override_resource {
  target = aws_lambda_function.this["date-range-generator"]
  values = { arn = "arn:aws:lambda:us-east-1:123456789012:function:festvibes-date-range-generator" }
}
override_resource {
  target = aws_lambda_function.this["scraper"]
  values = { arn = "arn:aws:lambda:us-east-1:123456789012:function:festvibes-scraper" }
}
override_resource {
  target = aws_lambda_function.this["loader"]
  values = { arn = "arn:aws:lambda:us-east-1:123456789012:function:festvibes-loader" }
}
override_resource {
  target = aws_lambda_function.this["cache-manager"]
  values = { arn = "arn:aws:lambda:us-east-1:123456789012:function:festvibes-cache-manager" }
}
override_resource {
  target = aws_cloudwatch_log_group.function["date-range-generator"]
  values = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/festvibes-date-range-generator" }
}
override_resource {
  target = aws_cloudwatch_log_group.function["scraper"]
  values = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/festvibes-scraper" }
}
override_resource {
  target = aws_cloudwatch_log_group.function["loader"]
  values = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/festvibes-loader" }
}
override_resource {
  target = aws_cloudwatch_log_group.function["cache-manager"]
  values = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/festvibes-cache-manager" }
}

mock_resource "aws_apigatewayv2_api" {
  defaults = {
    execution_arn = "arn:aws:execute-api:us-east-1:123456789012:api"
  }
}
