# A schedule for each `schedule` in the definitions of var.datasets, and for each one of a profile.
locals {
  # Names of 64 characters at most. A checksum stands for what does not fit, and where two schedules would have one name:
  # that of the dataset a-b, and that of a's profile b.
  plain_schedule_names = { for key in keys(local.texts.schedule) : key => "${var.name}-${replace(key, "/", "-")}" }
  schedule_names = {
    for key, name in local.plain_schedule_names : key =>
    length(name) > 64 || length([for other in values(local.plain_schedule_names) : other if other == name]) > 1 ?
    "${substr(name, 0, 55)}-${substr(sha256(key), 0, 8)}" : name
  }

  schedules = {
    for key, each in local.texts.schedule : key => {
      name      = local.schedule_names[key]
      dataset   = split("/", key)[0]
      job       = try(split("/", key)[1], null)
      cron      = "cron(${join(" ", local.crons[key])})"
      time_zone = each.timezone
      enabled   = try(var.schedules[key].enabled, true)
      # null: not known. A schedule that is off misses no run.
      alarm_after_hours = (
        !try(var.schedules[key].enabled, true) ? 0 :
        try(coalesce(var.schedules[key].alarm_after_hours), null) != null ? var.schedules[key].alarm_after_hours :
        local.periods[key] == null ? null : local.periods[key] + 2
      )
      input = jsonencode(merge(
        { dataset = split("/", key)[0], trigger = "schedule" },
        { for job in slice(split("/", key), 1, length(split("/", key))) : "job_type" => job },
      ))
    } if contains(var.datasets, split("/", key)[0])
  }
}

# A group of the deployment's own, so that the rights to deploy need not name each schedule.
resource "aws_scheduler_schedule_group" "this" {
  name = var.name
}

moved {
  from = aws_scheduler_schedule.nightly
  to   = aws_scheduler_schedule.this["wwoz"]
}

resource "aws_scheduler_schedule" "this" {
  #checkov:skip=CKV_AWS_297:its input is the name of a dataset; a key of our own costs a dollar a month
  for_each = local.schedules

  name        = each.value.name
  group_name  = aws_scheduler_schedule_group.this.name
  description = "Starts a run of ${each.key}"
  state       = each.value.enabled ? "ENABLED" : "DISABLED"

  schedule_expression          = each.value.cron
  schedule_expression_timezone = each.value.time_zone

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = contains(local.ecs_datasets, each.value.dataset) ? one(aws_ecs_cluster.this[*].arn) : aws_sfn_state_machine.etl.arn
    role_arn = aws_iam_role.this["scheduler"].arn
    input    = contains(local.ecs_datasets, each.value.dataset) ? local.ecs_inputs[each.key] : each.value.input

    # A later start would coincide with the next one, or with daytime use.
    retry_policy {
      maximum_event_age_in_seconds = min(4, try(coalesce(local.periods[each.key]), 4)) * 3600
      maximum_retry_attempts       = 30
    }

    dead_letter_config {
      arn = aws_sqs_queue.not_started.arn
    }

    dynamic "ecs_parameters" {
      for_each = contains(local.ecs_datasets, each.value.dataset) ? [var.ecs] : []
      content {
        task_definition_arn = aws_ecs_task_definition.dataset[each.value.dataset].arn
        launch_type         = "FARGATE"
        task_count          = 1

        network_configuration {
          subnets          = ecs_parameters.value.subnet_ids
          security_groups  = ecs_parameters.value.security_group_ids
          assign_public_ip = ecs_parameters.value.assign_public_ip
        }
      }
    }
  }

  lifecycle {
    precondition {
      condition     = each.value.alarm_after_hours != null
      error_message = "The longest time between two runs of ${each.key} is not known from ${each.value.cron}: set schedules = { \"${each.key}\" = { alarm_after_hours = HOURS } } to this time and two hours more, or to 0 for no alarm on missing runs."
    }
    precondition {
      condition     = each.value.alarm_after_hours == null ? true : each.value.alarm_after_hours <= 168
      error_message = "The time between two runs of ${each.key}, by ${each.value.cron}, is too long for an alarm on missing runs, because CloudWatch looks back for a week at most: set schedules = { \"${each.key}\" = { alarm_after_hours = 0 } }."
    }
  }

  depends_on = [aws_iam_role_policy.this["scheduler"]]
}

# What schedules and rules (triggers.tf) could not start.
resource "aws_sqs_queue" "not_started" {
  name                      = "${var.name}-not-started"
  message_retention_seconds = 14 * 86400
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue_policy" "not_started" {
  queue_url = aws_sqs_queue.not_started.url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [for rules in [[for rule in aws_cloudwatch_event_rule.trigger : rule.arn]] : {
        Sid       = "Triggers"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = aws_sqs_queue.not_started.arn
        Condition = { ArnEquals = { "aws:SourceArn" = rules } }
      } if length(rules) > 0],
      [{
        Sid       = "TLSOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.not_started.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }],
    )
  })
}
