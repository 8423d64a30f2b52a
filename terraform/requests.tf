# The queue of requests, if var.request_queue is set: the generator starts a run for each message, named by the message's
# id, so that a message that is delivered twice starts one run. What can never start goes to a queue of its own.
locals {
  request_queues = var.request_queue == null ? [] : [var.request_queue]
}

resource "aws_sqs_queue" "requests" {
  count = length(local.request_queues)

  name                       = "${var.name}-requests"
  message_retention_seconds  = 4 * 86400
  visibility_timeout_seconds = 6 * local.functions["date-range-generator"].timeout # as Lambda asks for, with its own retries
  sqs_managed_sse_enabled    = true

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.requests_failed[0].arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "requests_failed" {
  count = length(local.request_queues)

  name                      = "${var.name}-requests-failed"
  message_retention_seconds = 14 * 86400
  sqs_managed_sse_enabled   = true
}

# Roles of the account that have the right send without an entry here. An S3 bucket, an SNS topic and an EventBridge rule
# need one, by name; the ARN of a bucket does not say whose it is.
resource "aws_sqs_queue_policy" "requests" {
  count = length(local.request_queues)

  queue_url = aws_sqs_queue.requests[0].url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [for source in sort(var.request_queue.sources) : {
        Sid       = "From${substr(sha256(source), 0, 8)}"
        Effect    = "Allow"
        Principal = { Service = "${split(":", source)[2]}.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = aws_sqs_queue.requests[0].arn
        Condition = merge(
          { ArnEquals = { "aws:SourceArn" = source } },
          split(":", source)[2] == "s3" ? { StringEquals = { "aws:SourceAccount" = local.account } } : {},
        )
      }],
      [{
        Sid       = "TLSOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.requests[0].arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }],
    )
  })
}

resource "aws_sqs_queue_policy" "requests_failed" {
  count = length(local.request_queues)

  queue_url = aws_sqs_queue.requests_failed[0].url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TLSOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sqs:*"
      Resource  = aws_sqs_queue.requests_failed[0].arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

# The generator answers with the messages that it could not do; only these come again. Two at once leave a small account's
# executions to the runs.
resource "aws_lambda_event_source_mapping" "requests" {
  count = length(local.request_queues)

  event_source_arn        = aws_sqs_queue.requests[0].arn
  function_name           = aws_lambda_function.this["date-range-generator"].arn
  batch_size              = 10
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = 2
  }

  depends_on = [aws_iam_role_policy.this["date-range-generator"]] # Lambda tests that the role may receive
}
