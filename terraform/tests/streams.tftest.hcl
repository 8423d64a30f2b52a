# The streams of the datasets, and what reads them.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  image_digests = {
    date-range-generator = "sha256:1111111111111111111111111111111111111111111111111111111111111111"
    scraper              = "sha256:2222222222222222222222222222222222222222222222222222222222222222"
    loader               = "sha256:3333333333333333333333333333333333333333333333333333333333333333"
    cache-manager        = "sha256:4444444444444444444444444444444444444444444444444444444444444444"
  }
}

run "without_a_stream_there_is_nothing_of_it" {
  variables {
    datasets = ["wwoz", "sample_stream"] # whose stream has no name
  }
  assert {
    condition = alltrue([
      length(aws_kinesis_stream.this) == 0, length(aws_lambda_event_source_mapping.stream) == 0,
      length(aws_sqs_queue.stream_failures) == 0, output.stream_failures_queue_url == null, output.streams == {},
    ])
    error_message = "A deployment without streams must not pay for one."
  }
  assert {
    condition = alltrue([
      !can(aws_lambda_function.this["loader"].environment[0].variables["STREAM_FAILURES_QUEUE_URL"]),
      !strcontains(aws_iam_role_policy.this["loader"].policy, "kinesis:"),
      sort(flatten([
        for statement in jsondecode(aws_iam_role_policy.this["loader"].policy).Statement : statement.Resource
        if contains(statement.Action, "s3:PutObject")
      ])) == sort(["${aws_s3_bucket.data.arn}/state/*"]),
      length([for name, alarm in aws_cloudwatch_metric_alarm.this : name if startswith(name, "stream-")]) == 0,
    ])
    error_message = "A deployment without streams has a setting, a right or an alarm for them."
  }
}

run "a_dataset_that_is_not_run_needs_no_stream" {
  variables {
    dataset_variables = { SAMPLE_STREAM = "concert-data-stream" }
  }
  assert {
    condition     = length(aws_kinesis_stream.this) == 0
    error_message = "A stream of a dataset that nobody enabled costs money."
  }
}

run "a_dataset_with_a_stream_has_it_with_its_reader_queue_and_alarms" {
  variables {
    datasets          = ["sample_stream"]
    dataset_variables = { SAMPLE_STREAM = "concert-data-stream" }
  }
  assert {
    condition = { for name, stream in aws_kinesis_stream.this : name => [stream.name, stream.shard_count, stream.retention_period, stream.encryption_type, stream.kms_key_id] } == {
      concert-data-stream = ["concert-data-stream", 1, 24, "KMS", "alias/aws/kinesis"]
    }
    error_message = "The stream is not the one that the definition names, with one shard, a day and encryption."
  }
  assert {
    condition = alltrue([for mapping in [aws_lambda_event_source_mapping.stream["concert-data-stream"]] : alltrue([
      mapping.event_source_arn == aws_kinesis_stream.this["concert-data-stream"].arn,
      mapping.function_name == aws_lambda_function.this["loader"].arn, mapping.starting_position == "TRIM_HORIZON",
      mapping.batch_size == 100, mapping.maximum_batching_window_in_seconds == 5, mapping.bisect_batch_on_function_error,
      mapping.function_response_types == toset(["ReportBatchItemFailures"]), length(mapping.filter_criteria) == 0,
      mapping.maximum_retry_attempts > 0, mapping.maximum_record_age_in_seconds == 20 * 3600,
      one(one(mapping.destination_config).on_failure).destination_arn == one(aws_sqs_queue.stream_failures).arn,
    ])])
    error_message = "The loader does not get every record, some of them again, and what it cannot store in the queue."
  }
  assert {
    condition = sort(flatten([
      for statement in jsondecode(aws_iam_role_policy.this["loader"].policy).Statement : [
        for action in statement.Action : "${action} ${join(",", statement.Resource)}"
      ] if contains(["WriteStreams", "ReadStreams", "QueueStreamFailures", "StoreStreams"], statement.Sid)
      ])) == sort([
      "s3:PutObject ${aws_s3_bucket.data.arn}/raw/*,${aws_s3_bucket.data.arn}/rejected/*",
      "kinesis:PutRecords ${aws_kinesis_stream.this["concert-data-stream"].arn}",
      "kinesis:DescribeStream ${aws_kinesis_stream.this["concert-data-stream"].arn}",
      "kinesis:DescribeStreamSummary ${aws_kinesis_stream.this["concert-data-stream"].arn}",
      "kinesis:GetRecords ${aws_kinesis_stream.this["concert-data-stream"].arn}",
      "kinesis:GetShardIterator ${aws_kinesis_stream.this["concert-data-stream"].arn}",
      "kinesis:ListShards ${aws_kinesis_stream.this["concert-data-stream"].arn}",
      "sqs:SendMessage ${one(aws_sqs_queue.stream_failures).arn}",
    ])
    error_message = "The loader has other rights on the stream and its queue."
  }
  assert {
    condition = alltrue([
      for action in flatten([for statement in jsondecode(aws_iam_role_policy.this["loader"].policy).Statement : statement.Action]) :
      strcontains(file("${path.module}/bootstrap/boundary.tf"), "\"${action}\"")
    ])
    error_message = "The loader has an action that the boundary does not include."
  }
  assert {
    condition = alltrue([
      aws_lambda_function.this["loader"].environment[0].variables["STREAM_FAILURES_QUEUE_URL"] == one(aws_sqs_queue.stream_failures).url,
      aws_lambda_function.this["loader"].environment[0].variables["SAMPLE_STREAM"] == "concert-data-stream",
    ])
    error_message = "The loader does not know the stream or the queue."
  }
  assert {
    condition     = { for name, alarm in aws_cloudwatch_metric_alarm.this : name => [alarm.metric_name, alarm.threshold] if startswith(name, "stream-") } == { stream-failures = ["ApproximateNumberOfMessagesVisible", 1], stream-late = ["IteratorAge", 3600000] }
    error_message = "Nobody learns of records that were not stored, or of a reader that is late."
  }
  assert {
    condition     = [for statement in jsondecode(one(aws_sqs_queue_policy.stream_failures).policy).Statement : [statement.Effect, statement.Condition]] == [["Deny", { Bool = { "aws:SecureTransport" = "false" } }]] && one(aws_sqs_queue.stream_failures).sqs_managed_sse_enabled
    error_message = "The queue must be encrypted, and refuse requests without TLS."
  }
}

run "settings_and_other_forms_of_load" {
  command = plan
  variables {
    datasets               = ["sample_streams"]
    stream_shards          = 4
    stream_retention_hours = 72
  }
  assert {
    condition     = [for name, stream in aws_kinesis_stream.this : [name, stream.shard_count, stream.retention_period]] == [["sample-stream", 4, 72]]
    error_message = "A stream of this region is made, with the settings; one of another region is not."
  }
}

run "refuses_a_day_that_kinesis_does_not_know" {
  command = plan
  variables {
    stream_shards          = 0
    stream_retention_hours = 12
  }
  expect_failures = [var.stream_shards, var.stream_retention_hours]
}
