# Runs that are stopped from outside, by a person or by the state machine's timeout, and so cannot report their end: the
# loader closes them in the ledger, and their end is published like that of any failed run.

resource "aws_cloudwatch_event_rule" "stopped" {
  name        = "${var.name}-stopped"
  description = "Runs that timed out or were aborted"

  event_pattern = jsonencode({
    source      = ["aws.states"]
    detail-type = ["Step Functions Execution Status Change"]
    detail = {
      # The dates of a run are executions, too, of a state machine whose ARN has a slash and the Map's label at its end.
      stateMachineArn = [local.state_machine_arn]
      status          = ["TIMED_OUT", "ABORTED"]
    }
  })
}

# The loader reads EventBridge's event itself.
resource "aws_cloudwatch_event_target" "ledger" {
  rule      = aws_cloudwatch_event_rule.stopped.name
  target_id = "ledger"
  arn       = aws_lambda_function.this["loader"].arn

  retry_policy {
    maximum_event_age_in_seconds = 4 * 3600
    maximum_retry_attempts       = 30
  }

  dead_letter_config {
    arn = aws_sqs_queue.undelivered.arn
  }
}

# For programs: the message has the names that PublishSummary's has, and its status is failed: the ledger has the same, and no
# subscriber needs to know another. The event does not have the run's dataset.
resource "aws_cloudwatch_event_target" "topic" {
  rule      = aws_cloudwatch_event_rule.stopped.name
  target_id = "topic"
  arn       = aws_sns_topic.runs.arn

  input_transformer {
    input_paths = {
      run       = "$.detail.name"
      status    = "$.detail.status"
      region    = "$.region"
      execution = "$.detail.executionArn"
    }
    input_template = file("${path.module}/../statemachine/stopped.json") # jsonencode would write < as \u003c
  }

  retry_policy {
    maximum_event_age_in_seconds = 4 * 3600
    maximum_retry_attempts       = 30
  }

  dead_letter_config {
    arn = aws_sqs_queue.undelivered.arn
  }
}

# For people, who are not subscribed to messages without a status.
resource "aws_cloudwatch_event_target" "people" {
  rule      = aws_cloudwatch_event_rule.stopped.name
  target_id = "people"
  arn       = aws_sns_topic.alarms.arn

  input_transformer {
    input_paths = {
      run    = "$.detail.name"
      status = "$.detail.status"
      time   = "$.time"
    }
    input_template = "\"${var.name}: the run <run> was stopped at <time> (<status>). What it had loaded is stored. Next: festvibes retry <run>\""
  }

  retry_policy {
    maximum_event_age_in_seconds = 4 * 3600
    maximum_retry_attempts       = 30
  }

  dead_letter_config {
    arn = aws_sqs_queue.undelivered.arn
  }
}

resource "aws_lambda_permission" "ledger" {
  statement_id  = "StoppedRuns"
  function_name = aws_lambda_function.this["loader"].function_name
  action        = "lambda:InvokeFunction"
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.stopped.arn
}

# EventBridge has done its part when Lambda has accepted the event. If the loader then fails, as it does while the database
# is away, Lambda tries it twice more, a minute and two later.
resource "aws_lambda_function_event_invoke_config" "ledger" {
  function_name                = aws_lambda_function.this["loader"].function_name
  maximum_event_age_in_seconds = 4 * 3600
  maximum_retry_attempts       = 2

  destination_config {
    on_failure {
      destination = aws_sqs_queue.undelivered.arn
    }
  }

  depends_on = [aws_iam_role_policy.this["loader"]] # Lambda tests that the role may send to the queue
}

# What neither the ledger nor a topic has received; README.md says how to send it again.
resource "aws_sqs_queue" "undelivered" {
  name                      = "${var.name}-undelivered"
  message_retention_seconds = 14 * 86400
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue_policy" "undelivered" {
  queue_url = aws_sqs_queue.undelivered.url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([for rule in aws_cloudwatch_event_rule.tasks : {
      Sid       = "StoppedTasks"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.undelivered.arn
      Condition = { ArnEquals = { "aws:SourceArn" = rule.arn } }
      }], [
      {
        Sid       = "StoppedRuns"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = aws_sqs_queue.undelivered.arn
        Condition = { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.stopped.arn } }
      },
      {
        Sid       = "TLSOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.undelivered.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ])
  })
}
