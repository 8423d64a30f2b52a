# The permissions boundary of every role of the deployment. Without it, anybody who may deploy could give a function every
# permission, and so obtain it. ../iam.tf has the permissions of each role.
resource "aws_iam_policy" "boundary" {
  name        = "${var.name}-boundary"
  description = "The most that a role of ${var.name} can do"
  policy      = jsonencode({ Version = "2012-10-17", Statement = local.boundary_statements })

  lifecycle {
    precondition {
      condition     = length(jsonencode({ Version = "2012-10-17", Statement = local.boundary_statements })) <= 6144
      error_message = "The boundary has more than the 6144 characters that AWS allows, because it names many buckets of datasets: give buckets whose names begin alike by bucket_prefixes."
    }
  }
}

locals {
  boundary_statements = concat([
    {
      Sid    = "ByName"
      Effect = "Allow"
      Action = [
        "lambda:InvokeFunction", "logs:CreateLogStream", "logs:PutLogEvents", "secretsmanager:GetSecretValue",
        "sns:Publish", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:SendMessage", "states:DescribeExecution", "states:RedriveExecution", "states:StartExecution",
        "states:StopExecution",
      ]
      Resource = concat(
        # Of the logs only their streams: a role has no right on a group itself, and a policy has 6144 characters.
        local.made.functions, [for group in local.log_groups : "${group}:*"], local.made.secrets,
        # Alarms are published by CloudWatch itself.
        [for topic in local.made.topics : topic if !endswith(topic, "-alarms")], local.made.queues,
        local.made.executions, local.made.state_machine,
      )
    },
    {
      Sid    = "Data"
      Effect = "Allow"
      Action = ["s3:GetObject", "s3:ListBucket", "s3:PutObject"]
      Resource = distinct(concat(
        [local.data_bucket, "${local.data_bucket}/*", local.processed_bucket],
        local.processed_bucket == local.data_bucket ? [] : ["${local.processed_bucket}/processed/*"],
      ))
    },
    {
      Sid      = "Deletions" # the processed zone
      Effect   = "Allow"
      Action   = ["s3:DeleteObject"]
      Resource = ["${local.processed_bucket}/processed/*"]
    },
    {
      # These actions do not support resources, or apply to network interfaces, whose names are not known beforehand.
      Sid    = "Everywhere"
      Effect = "Allow"
      Action = [
        "ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
        # With the longest names there is no room to write out "logs:CreateLogDelivery", "logs:DeleteLogDelivery",
        # "logs:GetLogDelivery", "logs:ListLogDeliveries" and "logs:UpdateLogDelivery". No other action has such a name.
        "logs:*LogDeliver*",
        "logs:DescribeLogGroups", "logs:DescribeResourcePolicies", "logs:PutResourcePolicy",
        "xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments",
      ]
      Resource = ["*"]
    },
    # Versions of time series, files of lines, objects of records. Of a prefix one name is here for all its buckets.
    ], [for buckets in [local.dataset_buckets] : {
      Sid      = "Buckets"
      Effect   = "Allow"
      Action   = ["s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"]
      Resource = buckets
      } if length(buckets) > 0], [for wanted in [var.texts] : {
      Sid         = "Texts"
      Effect      = "Allow"
      Action      = ["sns:Publish"]
      NotResource = ["arn:${local.partition}:sns:*:*:*"] # numbers are no resources
      } if wanted], [for objects in [local.source_objects] : {
      Sid      = "WhatStartsRuns"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = objects
    } if length(objects) > 0],
    flatten([for name in local.ecs : [
      {
        Sid    = "Tasks"
        Effect = "Allow"
        Action = [
          "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecs:RunTask",
        ]
        Resource = concat(local.made.repositories, local.made.tasks)
      },
      {
        Sid      = "TasksEverywhere"
        Effect   = "Allow"
        Action   = ["ecr:GetAuthorizationToken"] # it does not support resources
        Resource = ["*"]
      },
      {
        Sid       = "RolesOfTasks"
        Effect    = "Allow"
        Action    = ["iam:PassRole"]
        Resource  = [local.deployed_roles]
        Condition = { StringEquals = { "iam:PassedToService" = ["ecs-tasks.amazonaws.com"] } }
      },
    ]]),
    # By the deployment's tag: as many names as there are datasets have no room. A deployment can tag only what it may make
    # (permissions.tf has the names), and the roles themselves can tag nothing.
    [for tables in [concat(local.made.lock_tables, local.made.tables)] : {
      Sid    = "Tables"
      Effect = "Allow"
      Action = [
        "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem",
        "dynamodb:Scan", "dynamodb:UpdateItem",
      ]
      Resource  = ["${local.arn.dynamodb}:table/*"]
      Condition = { StringEquals = { "aws:ResourceTag/Project" = var.name } }
      } if length(tables) > 0], [for streams in [local.made.streams] : {
      Sid    = "Streams"
      Effect = "Allow"
      Action = [
        "kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator",
        "kinesis:ListShards", "kinesis:PutRecords",
      ]
      Resource  = ["${local.arn.kinesis}:stream/*"]
      Condition = { StringEquals = { "aws:ResourceTag/Project" = var.name } }
  } if length(streams) > 0])
}
