# EventBridge rules that start a run of a dataset, as the `trigger` of its definition says: for an object that is created in
# a bucket, or for an event of the account's default bus. EventBridge delivers an event at least once: a second delivery is a
# second run, which loads the same records again and changes nothing.
locals {
  triggers = { for key, each in local.texts.trigger : key => each if contains(var.datasets, each.dataset) }
  # Names of 64 characters at most. With a dot after the deployment's name, which can have none, so that the rights to
  # deploy reach festvibes.… and not festvibes-dev.…
  trigger_names = {
    for key in keys(local.triggers) : key =>
    length("${var.name}.${key}") > 64 ? "${substr("${var.name}.${replace(key, "/", "-")}", 0, 55)}-${substr(sha256(key), 0, 8)}" :
    "${var.name}.${replace(key, "/", "-")}"
  }
  # Objects that start runs, which the scraper reads.
  trigger_objects = distinct([for each in local.triggers : "arn:${local.partition}:s3:::${each.bucket}/${each.prefix}*" if each.kind == "s3"])
}

resource "aws_cloudwatch_event_rule" "trigger" {
  for_each = local.triggers

  name        = local.trigger_names[each.key]
  description = "Starts a run of ${each.value.dataset}"

  event_pattern = each.value.kind == "s3" ? jsonencode({
    source      = ["aws.s3"]
    detail-type = ["Object Created"]
    detail = merge(
      { bucket = { name = [each.value.bucket] } },
      { for prefix in [each.value.prefix] : "object" => { key = [{ prefix = prefix }] } if prefix != "" },
    )
    }) : jsonencode({
    source      = [each.value.source]
    detail-type = [each.value.detail_type]
  })

  lifecycle {
    precondition {
      condition     = each.value.kind == "s3" ? each.value.bucket != "" : each.value.source != "" && each.value.detail_type != ""
      error_message = "The trigger ${each.key} names no ${each.value.kind == "s3" ? "bucket" : "source and detail_type"}: set the variable in dataset_variables, or correct the definition."
    }
    # A run's own start and end are events of aws.states, and what it writes is one of aws.s3: each run would start the next.
    precondition {
      condition     = each.value.kind == "s3" || !contains(["aws.states", "aws.s3"], each.value.source)
      error_message = "The trigger ${each.key} would start a run for each run, because runs cause events of ${each.value.source} themselves: for objects use kind: s3 with a bucket and a prefix, else another source."
    }
    precondition {
      condition     = each.value.bucket != local.bucket_name || each.value.prefix != "" && !anytrue([for own in local.own_prefixes : startswith(each.value.prefix, own) || startswith(own, each.value.prefix)])
      error_message = "The trigger ${each.key} would start runs for what runs themselves write to the data bucket: give it a prefix beside ${join(", ", local.own_prefixes)}."
    }
  }
}

# <detail> without quotation marks is the event's detail as JSON; jsonencode would write < as \u003c.
resource "aws_cloudwatch_event_target" "trigger" {
  for_each = local.triggers

  rule      = aws_cloudwatch_event_rule.trigger[each.key].name
  target_id = "run"
  arn       = aws_sfn_state_machine.etl.arn
  role_arn  = aws_iam_role.this["triggers"].arn

  input_transformer {
    input_paths    = { detail = "$.detail" }
    input_template = "{\"dataset\": \"${each.value.dataset}\", \"trigger\": \"event\", \"detail\": <detail>}"
  }

  retry_policy {
    maximum_event_age_in_seconds = 4 * 3600
    maximum_retry_attempts       = 30
  }

  dead_letter_config {
    arn = aws_sqs_queue.not_started.arn
  }
}

# The data bucket tells EventBridge of its objects, if a trigger needs that. For other buckets their owner has to turn it on.
resource "aws_s3_bucket_notification" "data" {
  count = length([for each in local.triggers : each if each.kind == "s3" && each.bucket == local.bucket_name]) > 0 ? 1 : 0

  bucket      = aws_s3_bucket.data.id
  eventbridge = true
}
