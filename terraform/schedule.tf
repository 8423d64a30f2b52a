resource "aws_scheduler_schedule" "nightly" {
  #checkov:skip=CKV_AWS_297:its input is a number of days; a key of our own costs a dollar a month
  name        = "${var.name}-nightly"
  description = "Starts a run"
  state       = var.schedule.enabled ? "ENABLED" : "DISABLED"

  schedule_expression          = var.schedule.expression
  schedule_expression_timezone = var.schedule.time_zone

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_sfn_state_machine.etl.arn
    role_arn = aws_iam_role.this["scheduler"].arn
    input    = jsonencode({ days_ahead = var.schedule.days_ahead, trigger = "schedule" })

    retry_policy {
      maximum_event_age_in_seconds = 4 * 3600 # a later run would coincide with daytime use
      maximum_retry_attempts       = 30
    }

    dead_letter_config {
      arn = aws_sqs_queue.not_started.arn
    }
  }

  lifecycle {
    precondition {
      condition     = local.alarm_after_hours != null
      error_message = "The period of ${var.schedule.expression} is not known: set schedule.alarm_after_hours to the longest time between two runs and two hours more, or to 0 for no alarm on missing runs."
    }
    precondition {
      condition     = local.alarm_after_hours == null ? true : local.alarm_after_hours <= 168
      error_message = "The period of ${var.schedule.expression} is too long for an alarm on missing runs, because CloudWatch looks back for a week at most: set schedule.alarm_after_hours to 0."
    }
  }

  depends_on = [aws_iam_role_policy.this["scheduler"]]
}

resource "aws_sqs_queue" "not_started" {
  name                      = "${var.name}-not-started"
  message_retention_seconds = 14 * 86400
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue_policy" "not_started" {
  queue_url = aws_sqs_queue.not_started.url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TLSOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sqs:*"
      Resource  = aws_sqs_queue.not_started.arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}
