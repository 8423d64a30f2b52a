# What a person needs for festvibes run, replay, retry, watch, stop, cache and status, and to redrive a run. It is made here
# and not by the deployment, because who could change it could give its holders any permission. The account's
# administrator attaches it.
resource "aws_iam_policy" "operator" {
  name        = "${var.name}-operator"
  description = "Starts, follows, stops and redrives runs of ${var.name}"
  policy      = jsonencode({ Version = "2012-10-17", Statement = local.operator_statements })
}

locals {
  machine = "${var.name}-etl" # ../locals.tf

  operator_statements = concat([
    {
      Sid      = "StartAndListRuns"
      Effect   = "Allow"
      Action   = ["states:StartExecution", "states:ListExecutions"]
      Resource = ["${local.arn.states}:stateMachine:${local.machine}"]
    },
    {
      Sid    = "FollowRuns"
      Effect = "Allow"
      Action = ["states:DescribeExecution", "states:GetExecutionHistory", "states:ListMapRuns"]
      # Runs, and their dates, whose names Step Functions generates.
      Resource = ["${local.arn.states}:execution:${local.machine}:*", "${local.arn.states}:execution:${local.machine}/*:*"]
    },
    {
      Sid      = "FollowDates"
      Effect   = "Allow"
      Action   = ["states:DescribeMapRun", "states:ListExecutions"]
      Resource = ["${local.arn.states}:mapRun:${local.machine}/*:*"]
    },
    {
      Sid      = "EndRuns"
      Effect   = "Allow"
      Action   = ["states:StopExecution", "states:RedriveExecution"] # the dates follow by the state machine's own role
      Resource = ["${local.arn.states}:execution:${local.machine}:*"]
    },
    {
      Sid      = "CacheDays" # festvibes cache
      Effect   = "Allow"
      Action   = ["lambda:InvokeFunction"]
      Resource = ["${local.arn.lambda}:function:${var.name}-cache-manager"]
    },
    {
      Sid      = "LookAtFunctions" # festvibes doctor
      Effect   = "Allow"
      Action   = ["lambda:GetFunctionConfiguration"]
      Resource = local.made.functions
    },
    {
      Sid      = "ReadLogs" # festvibes logs
      Effect   = "Allow"
      Action   = ["logs:FilterLogEvents"]
      Resource = [for name in local.function_names : "${local.arn.logs}:log-group:/aws/lambda/${name}:*"]
    },
    {
      Sid      = "ReadArchives" # replay --dry-run reads the archives itself, run and watch the progress of a scrape
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = ["${local.data_bucket}/raw/*", "${local.data_bucket}/pages/progress/*"]
    },
    {
      Sid      = "ResetCheckpoints" # state, state --reset
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject"]
      Resource = ["${local.data_bucket}/state/*"]
    },
    {
      Sid      = "FindArchives"
      Effect   = "Allow"
      Action   = ["s3:ListBucket"]
      Resource = [local.data_bucket]
    },
    {
      Sid      = "ReadStores" # status and show, where NAME_SECRET_ARN stands for the address; AWS adds six characters
      Effect   = "Allow"
      Action   = ["secretsmanager:GetSecretValue"]
      Resource = [for name in ["PG_DATABASE_URL", "REDIS_URL"] : "${local.arn.secretsmanager}:secret:${var.name}/${name}-??????"]
    },
    ], [for buckets in [local.file_buckets] : {
      Sid      = "ReadFiles" # show --week, replay --dry-run
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:ListBucket"]
      Resource = distinct(concat(local.bucket_prefixes, flatten([for name in buckets : ["arn:${local.partition}:s3:::${name}", "arn:${local.partition}:s3:::${name}/*"] if !anytrue([for prefix in var.bucket_prefixes : startswith(name, prefix)])])))
    } if length(buckets) > 0],
    # Tables by the tags that the deployment gives them: a policy has no room for many names.
    [for holds, actions in {
      locks = ["dynamodb:DeleteItem", "dynamodb:GetItem"]                    # festvibes lock
      items = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Scan"] # festvibes show, replay --dry-run
      } : {
      Sid       = { locks = "SeeAndReleaseLocks", items = "CompareItems" }[holds]
      Effect    = "Allow"
      Action    = actions
      Resource  = ["${local.arn.dynamodb}:table/*"]
      Condition = { StringEquals = { "aws:ResourceTag/Project" = var.name, "aws:ResourceTag/Holds" = split(",", { locks = "locks", items = "items,done" }[holds]) } }
  } if length({ locks = local.made.lock_tables, items = local.made.tables }[holds]) > 0])
}
