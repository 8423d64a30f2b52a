# The Kinesis streams into which the datasets of this deployment load, and what reads them: none, if no dataset of var.datasets
# or var.ecs has the sink kinesis with the name of a stream.
locals {
  # The entries of `load`, each as its text: the section is not decoded (locals.tf says why). An entry of a list in lines begins
  # with a hyphen as far to the right as the first one's; any other list is one text.
  load_texts = {
    for id, definition in local.definitions : id => [
      for section in definition : replace(section[1], "/(^|[ \\t\\n])#[^\n]*/", "$1") if section[0] == "load"
    ] if contains(local.run_datasets, id)
  }
  run_datasets = setunion(var.datasets, try(var.ecs.datasets, []))
  load_entries = flatten([
    for texts in values(local.load_texts) : [
      for text in texts : can(regex("^\\s*\\n[ \\t]*-[ \\t]", text)) ? split("\n${regex("^\\s*\\n([ \\t]*)-[ \\t]", text)[0]}- ", text) : [text]
    ]
  ])
  stream_settings = [
    for entry in local.load_entries : {
      for key in ["stream", "region"] :
      key => [for found in regexall("(?:^|[\\s,{\"'])${key}[\"']?\\s*:\\s*[\"']?(?:\\$\\{([A-Z_][A-Z0-9_]*)(?::-([^}]*))?\\}|([A-Za-z0-9._-]+))", entry) :
      found[2] != null ? found[2] : try(coalesce(lookup(var.dataset_variables, found[0], ""), found[1]), "")]
    } if can(regex("plugin[\"']?\\s*:\\s*[\"']?kinesis", entry))
  ]
  streams = toset([
    for stream in local.stream_settings : stream.stream[0]
    if try(stream.stream[0], "") != "" && try(stream.region[0], var.region) == var.region
  ])
  stream_queues = length(local.streams) > 0 ? ["${var.name}-stream-failures"] : []
}

# One shard takes 1 MB and 1,000 records a second: ten thousand records in ten seconds.
resource "aws_kinesis_stream" "this" {
  #checkov:skip=CKV_AWS_185:encrypted with Kinesis' own key; a key of our own costs a dollar a month and guards public listings
  for_each = local.streams

  name             = each.key
  shard_count      = var.stream_shards
  retention_period = var.stream_retention_hours
  encryption_type  = "KMS"
  kms_key_id       = "alias/aws/kinesis"

  stream_mode_details {
    stream_mode = "PROVISIONED"
  }
}

# Without a filter: Lambda drops records that do not match one, and so those that cannot be read. The loader keeps these, sends
# a message about each to the queue, and goes on, so that a batch fails only if nothing can be written, or if the function
# dies. Then Lambda halves the batch and tries again; what it gives up is described in the queue while the stream still has it.
resource "aws_lambda_event_source_mapping" "stream" {
  for_each = aws_kinesis_stream.this

  event_source_arn                   = each.value.arn
  function_name                      = aws_lambda_function.this["loader"].arn
  starting_position                  = "TRIM_HORIZON"
  batch_size                         = 100
  maximum_batching_window_in_seconds = 5
  function_response_types            = ["ReportBatchItemFailures"]
  bisect_batch_on_function_error     = true
  maximum_retry_attempts             = 100
  maximum_record_age_in_seconds      = 3600 * (var.stream_retention_hours - 4)

  destination_config {
    on_failure {
      destination_arn = aws_sqs_queue.stream_failures[0].arn
    }
  }

  depends_on = [aws_iam_role_policy.this["loader"]] # Lambda tests that the role may read
}

resource "aws_sqs_queue" "stream_failures" {
  count = length(local.stream_queues)

  name                      = local.stream_queues[0]
  message_retention_seconds = 14 * 86400
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue_policy" "stream_failures" {
  count = length(local.stream_queues)

  queue_url = aws_sqs_queue.stream_failures[0].url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TLSOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sqs:*"
      Resource  = aws_sqs_queue.stream_failures[0].arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}
