# Two topics, because a filter on the runs' status would hold back alarms, whose messages have no status.
# The topic of runs has a message for each run in a form for each protocol (PublishSummary in etl.asl.json): JSON for programs,
# a text for people, and for HTTPS the JSON that Slack's webhooks take.
resource "aws_sns_topic" "runs" {
  #checkov:skip=CKV_AWS_26:its messages are dates and counts; nobody else may subscribe
  name = "${var.name}-runs"
}

resource "aws_sns_topic" "alarms" {
  #checkov:skip=CKV_AWS_26:its messages are names and numbers; alarms can publish to an encrypted topic only with a key of our own
  name = "${var.name}-alarms"
}

locals {
  topics = merge(
    { runs = aws_sns_topic.runs.arn, alarms = aws_sns_topic.alarms.arn },
    { for topic in aws_sns_topic.projections : "projections" => topic.arn }, # series.tf
    { for topic in aws_sns_topic.completions : "completions" => topic.arn }, # lines.tf
  )

  # Roles of the account do not need an entry here: their policies allow them to publish.
  publishers = {
    projections = []
    completions = []
    runs = [{
      Sid       = "StoppedRuns"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.runs.arn
      Condition = { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.stopped.arn } }
    }]
    # People also get the text on a run that was stopped here: it has no attribute for the filter of the other topic.
    alarms = concat([for rule in aws_cloudwatch_event_rule.tasks : {
      Sid       = "StoppedTasks"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.alarms.arn
      Condition = { ArnEquals = { "aws:SourceArn" = rule.arn } }
      }], [{
      Sid       = "StoppedRuns"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.alarms.arn
      Condition = { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.stopped.arn } }
      }, {
      Sid       = "Alarms"
      Effect    = "Allow"
      Principal = { Service = "cloudwatch.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.alarms.arn
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account }
        ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:cloudwatch:${var.region}:${local.account}:alarm:${var.name}/*" }
      }
    }])
  }
}

resource "aws_sns_topic_policy" "this" {
  for_each = local.topics

  arn = each.value
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.publishers[each.key], [{
      Sid       = "TLSOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sns:Publish"
      Resource  = each.value
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }])
  })
}

# Notifies about failed and partial runs only. The filter reads the attribute: the message is a text for people.
resource "aws_sns_topic_subscription" "runs" {
  for_each = var.alert_emails

  topic_arn     = aws_sns_topic.runs.arn
  protocol      = "email"
  endpoint      = each.key
  filter_policy = jsonencode({ status = ["failed", "partial"] })
}

# The address is not a key, because a webhook's address may be a secret. Raw delivery sends the message without an envelope.
resource "aws_sns_topic_subscription" "webhooks" {
  for_each = nonsensitive(toset(keys(var.alert_webhooks)))

  topic_arn            = aws_sns_topic.runs.arn
  protocol             = "https"
  endpoint             = var.alert_webhooks[each.key]
  raw_message_delivery = true
  filter_policy        = jsonencode({ status = ["failed", "partial"] })
}

resource "aws_sns_topic_subscription" "alarms" {
  for_each = var.alert_emails

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.key
}
