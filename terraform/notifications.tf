resource "aws_sns_topic" "runs" {
  #checkov:skip=CKV_AWS_26:its messages are dates and counts; alarms can publish to an encrypted topic only with a key of our own
  name = "${var.name}-runs"
}

# The account's own roles publish by their policies; this is for alarms.
resource "aws_sns_topic_policy" "runs" {
  arn = aws_sns_topic.runs.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Alarms"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.runs.arn
        Condition = {
          StringEquals = { "aws:SourceAccount" = local.account }
          ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:cloudwatch:${var.region}:${local.account}:alarm:${var.name}-*" }
        }
      },
      {
        Sid       = "TLSOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.runs.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

# Runs that failed, wholly or for some dates, and alarms, whose messages have no attributes. A good night wakes nobody.
resource "aws_sns_topic_subscription" "alert" {
  for_each = var.alert_emails

  topic_arn     = aws_sns_topic.runs.arn
  protocol      = "email"
  endpoint      = each.key
  filter_policy = jsonencode({ status = ["failed", "partial", { exists = false }] })
}
