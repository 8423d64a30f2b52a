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
      [for prefixes in [function.writes] : {
        Sid      = "WriteObjects"
        Effect   = "Allow"
        Action   = ["s3:PutObject"]
        Resource = [for prefix in prefixes : "${aws_s3_bucket.data.arn}/${prefix}*"]
      } if length(prefixes) > 0],
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
      Sid      = "StartDates"
      Effect   = "Allow"
      Action   = ["states:StartExecution"] # for the distributed Map of the same state machine
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

  scheduler_statements = [
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
  ]

  statements = merge(
    local.function_statements,
    { state-machine = local.state_machine_statements, scheduler = local.scheduler_statements },
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
}
