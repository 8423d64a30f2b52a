# The roles of the deployment with all their permissions. tests/permissions.tftest.hcl lists each * with its reason.

locals {
  boundary = "arn:${local.partition}:iam::${local.account}:policy/${var.name}-boundary" # created by bootstrap

  # X-Ray's actions do not support resources.
  tracing = {
    Sid      = "Trace"
    Effect   = "Allow"
    Action   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
    Resource = ["*"]
  }

  function_statements = {
    for name, function in local.functions : name => concat(
      [
        local.tracing,
        {
          Sid      = "Log"
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = ["${aws_cloudwatch_log_group.function[name].arn}:*"] # its streams, which Lambda names
        },
      ],
      [for secrets in [local.secrets[name]] : {
        Sid      = "ReadSecrets"
        Effect   = "Allow"
        Action   = ["secretsmanager:GetSecretValue"]
        Resource = [for secret in secrets : aws_secretsmanager_secret.this[secret].arn]
      } if length(secrets) > 0],
      [for prefixes in [function.reads] : {
        Sid      = "ReadObjects"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = [for prefix in prefixes : "${aws_s3_bucket.data.arn}/${prefix}*"]
      } if length(prefixes) > 0],
      # Without it S3 responds with 403 instead of 404 for a missing key. No condition on the prefix: a GET has none.
      [for prefixes in [function.reads] : {
        Sid      = "KnowWhatIsMissing"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = [aws_s3_bucket.data.arn]
      } if length(prefixes) > 0],
      # Objects that start runs (triggers.tf), which the scraper's extractor reads.
      [for objects in [local.trigger_objects] : {
        Sid      = "ReadWhatStartsRuns"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = objects
      } if contains(function.sections, "extract") && length(objects) > 0],
      # The queue of requests (requests.tf), whose messages start runs.
      [for queue in aws_sqs_queue.requests : {
        Sid      = "TakeRequests"
        Effect   = "Allow"
        Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
        Resource = [queue.arn]
      } if name == "date-range-generator"],
      [for queue in aws_sqs_queue.requests : {
        Sid      = "StartRequestedRuns"
        Effect   = "Allow"
        Action   = ["states:StartExecution"]
        Resource = [local.state_machine_arn]
      } if name == "date-range-generator"],
      [for prefixes in [function.writes] : {
        Sid      = "WriteObjects"
        Effect   = "Allow"
        Action   = ["s3:PutObject"]
        Resource = [for prefix in prefixes : "${aws_s3_bucket.data.arn}/${prefix}*"]
      } if length(prefixes) > 0],
      # Only with streams: otherwise nothing but the scraper may write into the archive.
      [for prefixes in [try(function.stores_streams, [])] : {
        Sid      = "StoreStreams"
        Effect   = "Allow"
        Action   = ["s3:PutObject"]
        Resource = [for prefix in prefixes : "${aws_s3_bucket.data.arn}/${prefix}*"]
      } if length(prefixes) > 0 && length(local.streams) > 0],
      [for prefix in try([function.publishes], []) : {
        Sid      = "Publish"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
        Resource = ["${local.processed_bucket}/${prefix}*"]
      } if local.publishes_files],
      [for prefix in try([function.publishes], []) : {
        Sid      = "KnowWhatIsPublished"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = [local.processed_bucket]
      } if local.publishes_files],
      # Versions of time series, and their projections (series.tf).
      [for folders in [local.version_folders] : {
        Sid      = "ReadVersions"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = [for folder in folders : "${folder}*"]
      } if can(function.versions) && length(folders) > 0],
      [for buckets in [local.version_bucket_arns] : {
        Sid      = "ListVersions"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = buckets
      } if can(function.versions) && length(buckets) > 0],
      [for folders in [local.version_folders] : {
        Sid      = "KeepVersions"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:PutObject"]
        Resource = flatten([for folder in folders : [for written in function.versions : "${folder}${written}*"]])
      } if length(try(function.versions, [])) > 0 && length(folders) > 0],
      [for topic in aws_sns_topic.projections : {
        Sid      = "AnnounceProjections"
        Effect   = "Allow"
        Action   = ["sns:Publish"]
        Resource = [topic.arn]
      } if contains(function.environment, "SNS_PROJECTION_TOPIC_ARN")],
      # Files of lines, and objects of records (lines.tf).
      [for statement in local.file_statements : statement if name == "loader"],
      [for topic in aws_sns_topic.completions : {
        Sid      = "TellCompletions"
        Effect   = "Allow"
        Action   = ["sns:Publish"]
        Resource = [topic.arn]
      } if contains(function.environment, "SNS_COMPLETION_TOPIC_ARN")],
      local.texting_statements[name],
      [for objects in [local.state_objects] : {
        Sid      = "ReadCheckpoints"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = objects
      } if contains(function.sections, "state") && length(objects) > 0],
      [for objects in [local.state_objects] : {
        Sid      = "WriteCheckpoints"
        Effect   = "Allow"
        Action   = ["s3:PutObject"]
        Resource = objects
      } if name == "loader" && length(objects) > 0],
      [for tables in [aws_dynamodb_table.locks] : {
        Sid      = "HoldLocks"
        Effect   = "Allow"
        Action   = ["dynamodb:GetItem", "dynamodb:UpdateItem"]
        Resource = [for table in tables : table.arn]
      } if contains(function.sections, "lock") && length(tables) > 0],
      # Only the loader takes and releases them; the scraper renews the lock of its run.
      [for tables in [aws_dynamodb_table.locks] : {
        Sid      = "TakeLocks"
        Effect   = "Allow"
        Action   = ["dynamodb:DeleteItem", "dynamodb:PutItem"]
        Resource = [for table in tables : table.arn]
      } if name == "loader" && length(tables) > 0],
      # The datasets' tables (tables.tf).
      [for tables in [aws_dynamodb_table.items] : {
        Sid      = "KeepItems"
        Effect   = "Allow"
        Action   = local.item_actions
        Resource = [for table in tables : table.arn]
      } if name == "loader" && length(tables) > 0],
      [for tables in [aws_dynamodb_table.idempotency] : {
        Sid      = "RememberWhatIsDone"
        Effect   = "Allow"
        Action   = ["dynamodb:GetItem", "dynamodb:PutItem"]
        Resource = [for table in tables : table.arn]
      } if name == "loader" && length(tables) > 0],
      # The datasets' streams (streams.tf), into which the loader writes, and whose records Lambda reads in its name.
      [for streams in [aws_kinesis_stream.this] : {
        Sid      = "WriteStreams"
        Effect   = "Allow"
        Action   = ["kinesis:PutRecords"]
        Resource = [for stream in streams : stream.arn]
      } if name == "loader" && length(streams) > 0],
      [for streams in [aws_kinesis_stream.this] : {
        Sid    = "ReadStreams"
        Effect = "Allow"
        Action = [
          "kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator",
          "kinesis:ListShards",
        ]
        Resource = [for stream in streams : stream.arn]
      } if name == "loader" && length(streams) > 0],
      [for queue in aws_sqs_queue.stream_failures : {
        Sid      = "QueueStreamFailures"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = [queue.arn]
      } if name == "loader"],
      # Lambda sends in the function's name what the function could not do after an event (ends.tf).
      [for queue in [aws_sqs_queue.undelivered.arn] : {
        Sid      = "QueueUndelivered"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = [queue]
      } if name == "loader"],
      # Lambda creates the network interfaces, with ids that are not known beforehand. The function's own code may not:
      # https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-best-practice
      [for actions in [local.network_actions] : {
        Sid      = "Connect"
        Effect   = "Allow"
        Action   = actions
        Resource = ["*"]
      } if function.vpc && var.vpc != null],
      [for actions in [local.network_actions] : {
        Sid       = "ConnectByLambdaOnly"
        Effect    = "Deny"
        Action    = actions
        Resource  = ["*"]
        Condition = { ArnEquals = { "lambda:SourceFunctionArn" = [local.function_arns[name]] } }
      } if function.vpc && var.vpc != null],
    )
  }

  network_actions = [
    "ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses",
  ]

  state_machine_statements = [
    local.tracing,
    {
      Sid      = "SampleTraces"
      Effect   = "Allow"
      Action   = ["xray:GetSamplingRules", "xray:GetSamplingTargets"]
      Resource = ["*"] # as above
    },
    {
      Sid      = "InvokeTheFunctions"
      Effect   = "Allow"
      Action   = ["lambda:InvokeFunction"]
      Resource = values(local.function_arns)
    },
    {
      Sid      = "StartDatesAndJobs"
      Effect   = "Allow"
      Action   = ["states:StartExecution"] # for its distributed Map, and for the datasets of a job
      Resource = [local.state_machine_arn]
    },
    {
      Sid    = "FollowDates"
      Effect = "Allow"
      Action = ["states:DescribeExecution", "states:StopExecution"]
      # Step Functions generates the names of the Map's executions, and the label of their group.
      Resource = [
        "${local.states}:execution:${local.state_machine_name}:*",
        "${local.states}:execution:${local.state_machine_name}/*",
      ]
    },
    # A redrive of a run that was stopped or timed out redrives the dates of its Map that were not done, in this role's name:
    # their ARNs have the Map's label and a name, both generated. Who redrives the run itself needs the permission for the
    # run (bootstrap's operator policy). A run that failed has left its Map, so that a redrive of it repeats only its end.
    # https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html
    {
      Sid      = "RedriveDates"
      Effect   = "Allow"
      Action   = ["states:RedriveExecution"]
      Resource = ["${local.states}:execution:${local.state_machine_name}/*:*"]
    },
    {
      Sid      = "Notify"
      Effect   = "Allow"
      Action   = ["sns:Publish"]
      Resource = [aws_sns_topic.runs.arn]
    },
    {
      Sid    = "DeliverLogs"
      Effect = "Allow"
      Action = [
        "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery",
        "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
      ]
      Resource = ["*"] # these actions do not support resources: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
    },
  ]

  scheduler_statements = concat([
    {
      Sid      = "StartRuns"
      Effect   = "Allow"
      Action   = ["states:StartExecution"]
      Resource = [local.state_machine_arn]
    },
    {
      Sid      = "QueueFailedStarts"
      Effect   = "Allow"
      Action   = ["sqs:SendMessage"]
      Resource = [aws_sqs_queue.not_started.arn]
    },
    ], length(local.ecs_tasks) == 0 ? [] : [
    {
      Sid       = "RunTasks"
      Effect    = "Allow"
      Action    = ["ecs:RunTask"]
      Resource  = [for task in local.ecs_tasks : "${local.ecs}:task-definition/${task.family}:*"] # any revision
      Condition = { ArnEquals = { "ecs:cluster" = ["${local.ecs}:cluster/${var.name}"] } }
    },
    {
      Sid       = "GiveTasksTheirRoles"
      Effect    = "Allow"
      Action    = ["iam:PassRole"]
      Resource  = [for role in ["ecs-start", "ecs-task"] : aws_iam_role.this[role].arn]
      Condition = { StringEquals = { "iam:PassedToService" = ["ecs-tasks.amazonaws.com"] } }
    },
  ])

  ecs = "arn:${local.partition}:ecs:${var.region}:${local.account}"

  ecs_statements = {
    # Before a task begins: its image, its secrets, its log.
    ecs-start = [
      {
        Sid      = "LogIn"
        Effect   = "Allow"
        Action   = ["ecr:GetAuthorizationToken"]
        Resource = ["*"] # this action does not support resources
      },
      {
        Sid      = "PullTheImage"
        Effect   = "Allow"
        Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = ["arn:${local.partition}:ecr:${var.region}:${local.account}:repository/${local.ecs_name}"]
      },
      {
        Sid      = "ReadSecrets"
        Effect   = "Allow"
        Action   = ["secretsmanager:GetSecretValue"]
        Resource = [for secret in sort(distinct(flatten([for task in local.ecs_tasks : tolist(task.secrets)]))) : aws_secretsmanager_secret.this[secret].arn]
      },
      {
        Sid      = "Log"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = [for group in aws_cloudwatch_log_group.ecs : "${group.arn}:*"] # its streams, which ECS names
      },
    ]
    # While it runs: what the functions together may do with the data bucket, the processed zone and the locks.
    ecs-task = concat([
      {
        Sid      = "ReadObjects"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = concat([for prefix in distinct(flatten([for function in local.functions : function.reads])) : "${aws_s3_bucket.data.arn}/${prefix}*"], local.trigger_objects)
      },
      {
        Sid      = "KnowWhatIsMissing"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = [aws_s3_bucket.data.arn]
      },
      {
        Sid      = "WriteObjects"
        Effect   = "Allow"
        Action   = ["s3:PutObject"]
        Resource = [for prefix in distinct(flatten([for function in local.functions : function.writes])) : "${aws_s3_bucket.data.arn}/${prefix}*"]
      },
      ], [for prefixes in [flatten([for function in local.functions : try([function.publishes], [])])] : {
        Sid      = "Publish"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
        Resource = [for prefix in prefixes : "${local.processed_bucket}/${prefix}*"]
        } if local.publishes_files], [for bucket in [local.processed_bucket] : {
        Sid      = "KnowWhatIsPublished"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = [bucket]
        } if local.publishes_files], [for folders in [local.version_folders] : {
        Sid      = "KeepVersions"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
        Resource = [for folder in folders : "${folder}*"]
        } if length(folders) > 0], [for buckets in [local.version_bucket_arns] : {
        Sid      = "ListVersions"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = buckets
        } if length(buckets) > 0], [for topic in aws_sns_topic.projections : {
        Sid      = "AnnounceProjections"
        Effect   = "Allow"
        Action   = ["sns:Publish"]
        Resource = [topic.arn]
        }], local.file_statements, [for topic in aws_sns_topic.completions : {
        Sid      = "TellCompletions"
        Effect   = "Allow"
        Action   = ["sns:Publish"]
        Resource = [topic.arn]
        }], flatten([for statements in values(local.texting_statements) : statements]), [for objects in [local.state_objects] : {
        Sid      = "KeepCheckpoints"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject"]
        Resource = objects
        } if length(objects) > 0], [for tables in [aws_dynamodb_table.locks] : {
        Sid      = "HoldLocks"
        Effect   = "Allow"
        Action   = ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
        Resource = [for table in tables : table.arn]
        } if length(tables) > 0], [for tables in [aws_dynamodb_table.items] : {
        Sid      = "KeepItems"
        Effect   = "Allow"
        Action   = local.item_actions
        Resource = [for table in tables : table.arn]
        } if length(tables) > 0], [for tables in [aws_dynamodb_table.idempotency] : {
        Sid      = "RememberWhatIsDone"
        Effect   = "Allow"
        Action   = ["dynamodb:GetItem", "dynamodb:PutItem"]
        Resource = [for table in tables : table.arn]
        } if length(tables) > 0], [for streams in [aws_kinesis_stream.this] : {
        Sid      = "WriteStreams"
        Effect   = "Allow"
        Action   = ["kinesis:PutRecords"]
        Resource = [for stream in streams : stream.arn]
    } if length(streams) > 0])
  }

  triggers_statements = [{
    Sid      = "StartRuns"
    Effect   = "Allow"
    Action   = ["states:StartExecution"]
    Resource = [local.state_machine_arn]
  }]

  statements = merge(
    local.function_statements,
    { state-machine = local.state_machine_statements, scheduler = local.scheduler_statements, triggers = local.triggers_statements },
    local.ecs_statements,
  )

  # The service that may assume each role; only on behalf of this account, for services that state it.
  trust = merge(
    { for name in keys(local.functions) : name => { service = "lambda.amazonaws.com", condition = {} } },
    {
      state-machine = {
        service   = "states.amazonaws.com"
        condition = { StringEquals = { "aws:SourceAccount" = local.account } }
      }
      scheduler = {
        service   = "scheduler.amazonaws.com"
        condition = { StringEquals = { "aws:SourceAccount" = local.account } }
      }
    },
    { for role in ["triggers"] : role => {
      service   = "events.amazonaws.com"
      condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    } if length(local.triggers) > 0 },
    { for role in ["ecs-start", "ecs-task"] : role => {
      service   = "ecs-tasks.amazonaws.com"
      condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    } if var.ecs != null },
  )
}

resource "aws_iam_role" "this" {
  for_each = local.trust

  name                 = "${var.name}-${each.key}"
  path                 = "/${var.name}/" # the only path under which a deployment may create roles
  description          = "Permissions of ${var.name}'s ${each.key}"
  permissions_boundary = local.boundary

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [merge(
      { Effect = "Allow", Principal = { Service = each.value.service }, Action = "sts:AssumeRole" },
      length(each.value.condition) == 0 ? {} : { Condition = each.value.condition },
    )]
  })
}

resource "aws_iam_role_policy" "this" {
  for_each = local.trust

  name   = "permissions"
  role   = aws_iam_role.this[each.key].id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.statements[each.key] })

  lifecycle {
    precondition {
      condition     = alltrue([for entry in local.file_entries : entry.folder != null])
      error_message = "A sink's key has no folder that rights can be limited to: ${join("; ", [for entry in local.file_entries : "${entry.plugin}: ${entry.key}" if entry.folder == null])}. Begin it with a folder of letters, digits and . _ - / in the definition itself."
    }
  }
}
