# The permissions of the roles.

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
  api_keys = { loader = ["GOOGLE_MAPS_API_KEY"] }
  vpc      = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] } # with a VPC the roles have the most permissions
}

run "roles_have_exactly_these_permissions" {
  assert {
    condition = {
      for role, each in aws_iam_role_policy.this : role => sort(flatten([
        for statement in jsondecode(each.policy).Statement : [
          for pair in setproduct(statement.Action, statement.Resource) :
          join(" ", compact(concat([statement.Effect == "Allow" ? "" : statement.Effect], pair, [try(jsonencode(statement.Condition), "")])))
        ]
      ]))
      } == {
      date-range-generator = sort([
        # X-Ray's actions do not support resources, and Lambda names the streams of the log.
        "xray:PutTraceSegments *", "xray:PutTelemetryRecords *",
        "logs:CreateLogStream arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/festvibes-date-range-generator:*",
        "logs:PutLogEvents arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/festvibes-date-range-generator:*",
      ])
      scraper = sort([
        # X-Ray's actions do not support resources, and Lambda names the streams of the log.
        "xray:PutTraceSegments *", "xray:PutTelemetryRecords *",
        "logs:CreateLogStream arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/festvibes-scraper:*",
        "logs:PutLogEvents arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/festvibes-scraper:*",
        # Keys contain the date and the run; a page's key is the digest of its address.
        "s3:GetObject arn:aws:s3:::mock/pages/*", "s3:GetObject arn:aws:s3:::mock/raw/*",
        "s3:GetObject arn:aws:s3:::mock/state/*",
        "s3:PutObject arn:aws:s3:::mock/pages/*", "s3:PutObject arn:aws:s3:::mock/raw/*",
        "s3:ListBucket arn:aws:s3:::mock",
        "dynamodb:GetItem arn:aws:dynamodb:us-east-1:123456789012:table/mock", "dynamodb:UpdateItem arn:aws:dynamodb:us-east-1:123456789012:table/mock",
      ])
      loader = sort([
        # X-Ray's actions do not support resources, and Lambda names the streams of the log.
        "xray:PutTraceSegments *", "xray:PutTelemetryRecords *",
        "logs:CreateLogStream arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/festvibes-loader:*",
        "logs:PutLogEvents arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/festvibes-loader:*",
        # As above; raw_events/ has the documents of the legacy system (000).
        "s3:GetObject arn:aws:s3:::mock/raw/*", "s3:GetObject arn:aws:s3:::mock/raw_events/*",
        # The checkpoints of datasets with state: {kind: s3}.
        "s3:GetObject arn:aws:s3:::mock/state/*", "s3:PutObject arn:aws:s3:::mock/state/*",
        "s3:ListBucket arn:aws:s3:::mock",
        "dynamodb:GetItem arn:aws:dynamodb:us-east-1:123456789012:table/mock", "dynamodb:UpdateItem arn:aws:dynamodb:us-east-1:123456789012:table/mock",
        "dynamodb:DeleteItem arn:aws:dynamodb:us-east-1:123456789012:table/mock", "dynamodb:PutItem arn:aws:dynamodb:us-east-1:123456789012:table/mock",
        "secretsmanager:GetSecretValue arn:aws:secretsmanager:us-east-1:123456789012:secret:festvibes/PG_DATABASE_URL",
        "secretsmanager:GetSecretValue arn:aws:secretsmanager:us-east-1:123456789012:secret:festvibes/GOOGLE_MAPS_API_KEY",
        "sqs:SendMessage arn:aws:sqs:us-east-1:123456789012:festvibes-undelivered",
        # Lambda creates and names the interfaces; the function's own code is denied these actions.
        "ec2:CreateNetworkInterface *", "ec2:DescribeNetworkInterfaces *", "ec2:DescribeSubnets *",
        "ec2:DeleteNetworkInterface *", "ec2:AssignPrivateIpAddresses *", "ec2:UnassignPrivateIpAddresses *",
        "Deny ec2:CreateNetworkInterface * {\"ArnEquals\":{\"lambda:SourceFunctionArn\":[\"arn:aws:lambda:us-east-1:123456789012:function:festvibes-loader\"]}}",
        "Deny ec2:DescribeNetworkInterfaces * {\"ArnEquals\":{\"lambda:SourceFunctionArn\":[\"arn:aws:lambda:us-east-1:123456789012:function:festvibes-loader\"]}}",
        "Deny ec2:DescribeSubnets * {\"ArnEquals\":{\"lambda:SourceFunctionArn\":[\"arn:aws:lambda:us-east-1:123456789012:function:festvibes-loader\"]}}",
        "Deny ec2:DeleteNetworkInterface * {\"ArnEquals\":{\"lambda:SourceFunctionArn\":[\"arn:aws:lambda:us-east-1:123456789012:function:festvibes-loader\"]}}",
        "Deny ec2:AssignPrivateIpAddresses * {\"ArnEquals\":{\"lambda:SourceFunctionArn\":[\"arn:aws:lambda:us-east-1:123456789012:function:festvibes-loader\"]}}",
        "Deny ec2:UnassignPrivateIpAddresses * {\"ArnEquals\":{\"lambda:SourceFunctionArn\":[\"arn:aws:lambda:us-east-1:123456789012:function:festvibes-loader\"]}}",
      ])
      cache-manager = sort([
        # X-Ray's actions do not support resources, and Lambda names the streams of the log.
        "xray:PutTraceSegments *", "xray:PutTelemetryRecords *",
        "logs:CreateLogStream arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/festvibes-cache-manager:*",
        "logs:PutLogEvents arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/festvibes-cache-manager:*",
        "secretsmanager:GetSecretValue arn:aws:secretsmanager:us-east-1:123456789012:secret:festvibes/PG_DATABASE_URL",
        "secretsmanager:GetSecretValue arn:aws:secretsmanager:us-east-1:123456789012:secret:festvibes/REDIS_URL",
        # Lambda creates and names the interfaces; the function's own code is denied these actions.
        "ec2:CreateNetworkInterface *", "ec2:DescribeNetworkInterfaces *", "ec2:DescribeSubnets *",
        "ec2:DeleteNetworkInterface *", "ec2:AssignPrivateIpAddresses *", "ec2:UnassignPrivateIpAddresses *",
        "Deny ec2:CreateNetworkInterface * {\"ArnEquals\":{\"lambda:SourceFunctionArn\":[\"arn:aws:lambda:us-east-1:123456789012:function:festvibes-cache-manager\"]}}",
        "Deny ec2:DescribeNetworkInterfaces * {\"ArnEquals\":{\"lambda:SourceFunctionArn\":[\"arn:aws:lambda:us-east-1:123456789012:function:festvibes-cache-manager\"]}}",
        "Deny ec2:DescribeSubnets * {\"ArnEquals\":{\"lambda:SourceFunctionArn\":[\"arn:aws:lambda:us-east-1:123456789012:function:festvibes-cache-manager\"]}}",
        "Deny ec2:DeleteNetworkInterface * {\"ArnEquals\":{\"lambda:SourceFunctionArn\":[\"arn:aws:lambda:us-east-1:123456789012:function:festvibes-cache-manager\"]}}",
        "Deny ec2:AssignPrivateIpAddresses * {\"ArnEquals\":{\"lambda:SourceFunctionArn\":[\"arn:aws:lambda:us-east-1:123456789012:function:festvibes-cache-manager\"]}}",
        "Deny ec2:UnassignPrivateIpAddresses * {\"ArnEquals\":{\"lambda:SourceFunctionArn\":[\"arn:aws:lambda:us-east-1:123456789012:function:festvibes-cache-manager\"]}}",
      ])
      state-machine = sort([
        "xray:PutTraceSegments *", "xray:PutTelemetryRecords *", "xray:GetSamplingRules *", "xray:GetSamplingTargets *",
        "lambda:InvokeFunction arn:aws:lambda:us-east-1:123456789012:function:festvibes-date-range-generator",
        "lambda:InvokeFunction arn:aws:lambda:us-east-1:123456789012:function:festvibes-scraper",
        "lambda:InvokeFunction arn:aws:lambda:us-east-1:123456789012:function:festvibes-loader",
        "lambda:InvokeFunction arn:aws:lambda:us-east-1:123456789012:function:festvibes-cache-manager",
        "states:StartExecution arn:aws:states:us-east-1:123456789012:stateMachine:festvibes-etl",
        # The Map's executions, whose names Step Functions generates.
        "states:DescribeExecution arn:aws:states:us-east-1:123456789012:execution:festvibes-etl:*",
        "states:DescribeExecution arn:aws:states:us-east-1:123456789012:execution:festvibes-etl/*",
        "states:StopExecution arn:aws:states:us-east-1:123456789012:execution:festvibes-etl:*",
        "states:StopExecution arn:aws:states:us-east-1:123456789012:execution:festvibes-etl/*",
        "states:RedriveExecution arn:aws:states:us-east-1:123456789012:execution:festvibes-etl/*:*",
        "sns:Publish arn:aws:sns:us-east-1:123456789012:festvibes-runs",
        # The actions of log delivery do not support resources.
        "logs:CreateLogDelivery *", "logs:GetLogDelivery *", "logs:UpdateLogDelivery *", "logs:DeleteLogDelivery *",
        "logs:ListLogDeliveries *", "logs:PutResourcePolicy *", "logs:DescribeResourcePolicies *", "logs:DescribeLogGroups *",
      ])
      scheduler = sort([
        "states:StartExecution arn:aws:states:us-east-1:123456789012:stateMachine:festvibes-etl",
        "sqs:SendMessage arn:aws:sqs:us-east-1:123456789012:mock",
      ])
    }
    error_message = "A role has other permissions. Each wildcard needs a comment with its reason."
  }

  # A permission that the boundary does not include has no effect.
  assert {
    condition = alltrue([
      for action in flatten([for each in aws_iam_role_policy.this : [for statement in jsondecode(each.policy).Statement : statement.Action]]) :
      strcontains(file("${path.module}/bootstrap/boundary.tf"), "\"${action}\"")
    ])
    error_message = "A role has an action that the boundary does not include."
  }

  assert {
    condition     = toset(keys(aws_iam_role_policy.this)) == toset(keys(aws_iam_role.this)) && length(aws_iam_role.this) == 6
    error_message = "Every role must have exactly the policy that is checked above."
  }

  assert {
    condition     = alltrue([for role in aws_iam_role.this : !strcontains(role.assume_role_policy, "*")])
    error_message = "The service that may assume a role must be named."
  }

  assert {
    condition     = alltrue([for role in aws_iam_role.this : role.permissions_boundary == "arn:aws:iam::123456789012:policy/festvibes-boundary" && role.path == "/festvibes/"])
    error_message = "A role must have the boundary, and the path under which a deployment may create roles."
  }
}

run "without_a_vpc_there_are_no_network_permissions" {
  variables {
    vpc = null
  }
  assert {
    condition     = !strcontains(join("", [for each in aws_iam_role_policy.this : each.policy]), "ec2:")
    error_message = "A role has a permission that is needed only in a VPC."
  }
}

run "the_processed_zone_is_for_a_deployment_that_publishes_to_it" {
  variables {
    datasets = ["wwoz", "sample_published"]
  }

  assert {
    condition = sort(flatten([
      for statement in jsondecode(aws_iam_role_policy.this["cache-manager"].policy).Statement : [
        for pair in setproduct(statement.Action, statement.Resource) : join(" ", pair)
      ] if contains(["Publish", "KnowWhatIsPublished"], statement.Sid)
      ])) == sort([
      # Keys contain the source and the date. Without ListBucket a missing key is refused, and objects cannot be compared.
      "s3:DeleteObject arn:aws:s3:::festvibes-data-123456789012/processed/*", "s3:GetObject arn:aws:s3:::festvibes-data-123456789012/processed/*",
      "s3:PutObject arn:aws:s3:::festvibes-data-123456789012/processed/*", "s3:ListBucket arn:aws:s3:::festvibes-data-123456789012",
    ])
    error_message = "The cache manager must read, write, list and delete under processed/, and nowhere else."
  }
  assert {
    condition     = contains([for rule in aws_s3_bucket_lifecycle_configuration.data.rule : rule.id], "former processed")
    error_message = "Former versions of the processed zone are of no use."
  }
}

run "the_processed_zone_may_have_a_bucket_of_its_own" {
  variables {
    datasets         = ["sample_published"]
    processed_bucket = "concert-data-processed"
  }

  assert {
    condition = one(aws_lambda_function.this["cache-manager"].environment).variables.AWS_S3_BUCKET_PROCESSED == "concert-data-processed" && alltrue([
      for statement in jsondecode(aws_iam_role_policy.this["cache-manager"].policy).Statement :
      startswith(statement.Resource[0], "arn:aws:s3:::concert-data-processed") if contains(["Publish", "KnowWhatIsPublished"], statement.Sid)
    ]) && !contains([for rule in aws_s3_bucket_lifecycle_configuration.data.rule : rule.id], "former processed")
    error_message = "The bucket that is named, and no other."
  }
}
