# The permissions to deploy, by service, limited to this deployment's names. A plan reads; a deployment also writes. Get,
# List and Describe are wildcards where terraform's provider reads each aspect of a resource by its own action.

locals {
  deployed_roles = "arn:${local.partition}:iam::${local.account}:role/${var.name}/*" # the path that ../iam.tf uses
  gateway        = "arn:${local.partition}:apigateway:${var.region}::"               # these ARNs have no account

  services = {
    Functions = {
      resources = local.made.functions
      read      = ["lambda:GetFunction*", "lambda:GetPolicy", "lambda:ListTags", "lambda:ListVersionsByFunction"]
      write = [
        "lambda:AddPermission", "lambda:RemovePermission", "lambda:PutFunctionConcurrency", "lambda:DeleteFunctionConcurrency",
        "lambda:PutFunctionEventInvokeConfig", "lambda:DeleteFunctionEventInvokeConfig",
        "lambda:CreateFunction", "lambda:DeleteFunction", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration",
        "lambda:TagResource", "lambda:UntagResource", "lambda:InvokeFunction", # the last for the smoke test
      ]
    }
    Images = {
      resources = local.made.repositories
      read      = ["ecr:BatchGetImage", "ecr:DescribeImages", "ecr:GetDownloadUrlForLayer", "ecr:GetRepositoryPolicy"]
      write = [
        "ecr:BatchCheckLayerAvailability", "ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage",
        "ecr:UploadLayerPart",
      ]
    }
    Data = {
      resources = [local.data_bucket] # the bucket, not its objects
      read = [
        "s3:GetAccelerateConfiguration", "s3:GetBucket*", "s3:GetEncryptionConfiguration", "s3:GetLifecycleConfiguration",
        "s3:GetReplicationConfiguration", "s3:ListBucket",
      ]
      write = [
        "s3:CreateBucket", "s3:DeleteBucket", "s3:DeleteBucketPolicy", "s3:PutBucketNotification", "s3:PutBucketOwnershipControls",
        "s3:PutBucketPolicy", "s3:PutBucketPublicAccessBlock", "s3:PutBucketTagging", "s3:PutBucketVersioning",
        "s3:PutEncryptionConfiguration", "s3:PutLifecycleConfiguration",
      ]
    }
    # Without UpdateSecret, which can also replace a value: an administrator applies a change of a description.
    Secrets = {
      resources = local.made.secrets
      read      = ["secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"] # never the values
      write = [
        "secretsmanager:CreateSecret", "secretsmanager:DeleteSecret", "secretsmanager:RestoreSecret",
        "secretsmanager:TagResource", "secretsmanager:UntagResource",
      ]
    }
    StateMachine = {
      resources = local.made.state_machine
      read      = ["states:DescribeStateMachine", "states:ListStateMachineVersions", "states:ListTagsForResource"]
      write = [
        "states:CreateStateMachine", "states:DeleteStateMachine", "states:UpdateStateMachine", "states:TagResource",
        "states:UntagResource", "states:StartExecution", # the last for the smoke test
      ]
    }
    Executions = {
      resources = concat(local.made.executions, local.made.map_runs)
      read      = ["states:DescribeExecution", "states:ListExecutions", "states:ListMapRuns"] # for the smoke test
      write     = []
    }
    Schedule = {
      resources = local.made.schedules
      read      = ["scheduler:GetSchedule", "scheduler:GetScheduleGroup", "scheduler:ListTagsForResource"]
      write = [
        "scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:UpdateSchedule", "scheduler:CreateScheduleGroup",
        "scheduler:DeleteScheduleGroup", "scheduler:TagResource", "scheduler:UntagResource",
      ]
    }
    Rule = {
      resources = local.made.rules
      read      = ["events:DescribeRule", "events:ListTagsForResource", "events:ListTargetsByRule"]
      write = [
        "events:DeleteRule", "events:PutRule", "events:PutTargets", "events:RemoveTargets", "events:TagResource",
        "events:UntagResource",
      ]
    }
    Topic = {
      resources = concat(local.made.topics, [for topic in local.made.topics : "${topic}:*"]) # with its subscriptions
      read      = ["sns:GetSubscriptionAttributes", "sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic", "sns:ListTagsForResource"]
      write = [
        "sns:CreateTopic", "sns:DeleteTopic", "sns:SetSubscriptionAttributes", "sns:SetTopicAttributes", "sns:Subscribe",
        "sns:TagResource", "sns:Unsubscribe", "sns:UntagResource",
      ]
    }
    Queue = {
      resources = local.made.queues
      read      = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueueTags"]
      write     = ["sqs:CreateQueue", "sqs:DeleteQueue", "sqs:SetQueueAttributes", "sqs:TagQueue", "sqs:UntagQueue"]
    }
    Logs = {
      resources = local.made.logs
      read      = ["logs:DescribeMetricFilters", "logs:ListTagsForResource"]
      write = [
        "logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:DeleteMetricFilter", "logs:DeleteRetentionPolicy",
        "logs:PutMetricFilter", "logs:PutRetentionPolicy", "logs:TagResource", "logs:UntagResource",
      ]
    }
    Alarms = {
      resources = concat(local.made.alarms, local.made.dashboards)
      read      = ["cloudwatch:DescribeAlarms", "cloudwatch:GetDashboard", "cloudwatch:ListTagsForResource"]
      write = [
        "cloudwatch:DeleteAlarms", "cloudwatch:DeleteDashboards", "cloudwatch:PutDashboard", "cloudwatch:PutMetricAlarm",
        "cloudwatch:TagResource", "cloudwatch:UntagResource",
      ]
    }
    Tasks = {
      resources = concat(local.made.clusters, local.made.tasks)
      read      = ["ecs:DescribeClusters", "ecs:ListTagsForResource"]
      write     = ["ecs:CreateCluster", "ecs:DeleteCluster", "ecs:RegisterTaskDefinition", "ecs:TagResource", "ecs:UntagResource", "ecs:UpdateCluster"]
    }
    # These actions of ECS do not support resources.
    TasksEverywhere = {
      resources = [for name in local.ecs : "*"]
      read      = ["ecs:DescribeTaskDefinition"]
      write     = ["ecs:DeregisterTaskDefinition"]
    }
    # Without UpdateAssumeRolePolicy, which can let another account assume a role that reads secrets: an administrator
    # applies a change of the service that may assume a role.
    Roles = {
      resources = [local.deployed_roles]
      read      = ["iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole", "iam:ListRolePolicies"]
      write     = ["iam:DeleteRole", "iam:TagRole", "iam:UntagRole", "iam:UpdateRole", "iam:UpdateRoleDescription"]
    }
    # HTTP APIs: their ids are not known beforehand, so the tag Project decides which are the deployment's.
    WebAPIs = {
      resources = [for path in ["/apis", "/apis/*", "/tags/*"] : "${local.gateway}${path}" if var.api_enabled]
      read      = ["apigateway:GET"]
      write     = []
    }
    # With their parts (integrations, routes, stages) and tags. AWS lists aws:ResourceTag for every part, but promises only of
    # REST APIs that parts have their API's tag for such a condition. If those of HTTP APIs do not, the deployment is denied
    # to make or change them, and an administrator applies: README.md, "What to try first".
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_apigatewayv2.html
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging-supported-resources.html
    WebAPIsOfTheDeployment = {
      resources = [for path in ["/apis/*", "/tags/*"] : "${local.gateway}${path}" if var.api_enabled]
      read      = []
      write     = ["apigateway:DELETE", "apigateway:PATCH", "apigateway:POST"]
      condition = {
        StringEquals         = { "aws:ResourceTag/Project" = var.name }
        StringEqualsIfExists = { "aws:RequestTag/Project" = var.name }
      }
    }
    # What is made has no tag yet, and brings it along. AWS then asks for the right to tag an ARN that ends in an asterisk,
    # where later the id is; $${*} is that character, not a wildcard, so that what exists cannot be tagged by this.
    WebAPIsNew = {
      resources = [for path in ["/apis", "/tags/*%2F$${*}"] : "${local.gateway}${path}" if var.api_enabled]
      read      = []
      write     = ["apigateway:POST"]
      condition = { StringEquals = { "aws:RequestTag/Project" = var.name } }
    }
    # The gateway's access log: whoever makes a stage with one needs these, which do not support resources.
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html
    AccessLogsEverywhere = {
      resources = [for all in ["*"] : all if var.api_enabled]
      read      = []
      write = [
        "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeResourcePolicies", "logs:GetLogDelivery",
        "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery",
      ]
    }
    Everywhere = {
      resources = ["*"] # these actions do not support resources
      read = [
        "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs", "logs:DescribeLogGroups",
        "states:ValidateStateMachineDefinition",
      ]
      write = ["ecr:GetAuthorizationToken"]
    }
  }

  by_service = {
    for access in ["read", "write"] : access => [
      for service, granted in local.services :
      merge(
        { Sid = "${title(access)}${service}", Effect = "Allow", Action = granted[access], Resource = granted.resources },
        try({ Condition = granted.condition }, {}),
      )
      if length(granted[access]) > 0 && length(granted.resources) > 0
    ]
  }

  # The mappings from the queue of requests to the generator, and from streams to the loader: Lambda gives them names that are
  # not known beforehand, so that the function in them decides. Its tags are beside the point.
  mappings = {
    for access, actions in {
      read  = ["lambda:GetEventSourceMapping"]
      write = ["lambda:CreateEventSourceMapping", "lambda:DeleteEventSourceMapping", "lambda:UpdateEventSourceMapping"]
      } : access => {
      Sid       = "${title(access)}RequestsEverywhere"
      Effect    = "Allow"
      Action    = actions
      Resource  = ["*"]
      Condition = { ArnEquals = { "lambda:FunctionArn" = [for name in ["date-range-generator", "loader"] : "${local.arn.lambda}:function:${var.name}-${name}"] } }
    }
  }
  mapping_tags = { for access, actions in { read = ["lambda:ListTags"], write = ["lambda:TagResource", "lambda:UntagResource"] } : access => {
    Sid      = "${title(access)}RequestsTags"
    Effect   = "Allow"
    Action   = actions
    Resource = ["${local.arn.lambda}:event-source-mapping:*"]
  } }

  # Roles of the deployment can be created and filled only within the boundary, and passed only to these services.
  roles_within_boundary = [
    {
      Sid       = "MakeRolesWithinBoundary"
      Effect    = "Allow"
      Action    = ["iam:CreateRole", "iam:DeleteRolePolicy", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"]
      Resource  = [local.deployed_roles]
      Condition = { StringEquals = { "iam:PermissionsBoundary" = aws_iam_policy.boundary.arn } }
    },
    {
      Sid      = "GiveRoles"
      Effect   = "Allow"
      Action   = ["iam:PassRole"]
      Resource = [local.deployed_roles]
      Condition = { StringEquals = { "iam:PassedToService" = concat(
        [for name in local.ecs : "ecs-tasks.amazonaws.com"],
        ["events.amazonaws.com", "lambda.amazonaws.com", "scheduler.amazonaws.com", "states.amazonaws.com"],
      ) } }
    },
  ]

  state_statements = {
    for role, actions in { deploy = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], plan = ["s3:GetObject"] } : role => [
      { Sid = "FindState", Effect = "Allow", Action = ["s3:ListBucket"], Resource = [aws_s3_bucket.state.arn] },
      # deployment.tfstate and its lock, deployment.tfstate.tflock, but not bootstrap's own state.
      { Sid = "State", Effect = "Allow", Action = actions, Resource = ["${aws_s3_bucket.state.arn}/deployment.tfstate*"] },
    ]
  }

  # The datasets' tables and streams, by name. A deployment could tag another's table, so a tag does not decide here. Twelve
  # of the longest names have room in a policy beside the actions, and a role has up to ten policies: 60 names, if AWS has
  # not raised the account's quota.
  data_actions = {
    read = [
      "dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive",
      "dynamodb:ListTagsOfResource", "kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:ListShards",
      "kinesis:ListTagsForResource", "kinesis:ListTagsForStream",
    ]
    write = [
      "dynamodb:CreateTable", "dynamodb:DeleteTable", "dynamodb:TagResource", "dynamodb:UntagResource",
      "dynamodb:UpdateContinuousBackups", "dynamodb:UpdateTable", "dynamodb:UpdateTimeToLive", "kinesis:AddTagsToStream",
      "kinesis:CreateStream", "kinesis:DecreaseStreamRetentionPeriod", "kinesis:DeleteStream",
      "kinesis:IncreaseStreamRetentionPeriod", "kinesis:RemoveTagsFromStream", "kinesis:StartStreamEncryption",
      "kinesis:StopStreamEncryption", "kinesis:TagResource", "kinesis:UntagResource", "kinesis:UpdateShardCount",
    ]
  }
  data_statements = {
    for role, actions in { deploy = concat(local.data_actions.read, local.data_actions.write), plan = local.data_actions.read } :
    role => {
      for index, resources in chunklist(concat(local.made.lock_tables, local.made.tables, local.made.streams), 12) :
      "data${index + 1}" => [{ Sid = "Data", Effect = "Allow", Action = actions, Resource = resources }]
    }
  }

  # Several policies, because one is limited to 6144 characters, which the longest name and region must not exceed either.
  halves = {
    for access, statements in {
      read  = concat(local.by_service.read, [local.mappings.read, local.mapping_tags.read])
      write = concat(local.by_service.write, [local.mappings.write, local.mapping_tags.write])
    } : access => [for half in [0, 1] : [for index, statement in statements : statement if index % 2 == half]]
  }
  github_statements = {
    deploy = merge(local.data_statements.deploy, {
      read1  = concat(local.halves.read[0], local.state_statements.deploy)
      read2  = local.halves.read[1]
      write1 = local.halves.write[0]
      write2 = local.halves.write[1]
      roles  = local.roles_within_boundary
    })
    plan = merge(local.data_statements.plan, {
      read1  = concat(local.halves.read[0], local.state_statements.plan)
      read2  = local.halves.read[1]
      write1 = []
      write2 = []
      roles  = []
    })
  }
}
