# What the roles may do.

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
  vpc = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] } # with it the roles may do most
}

run "a_role_has_no_wildcard_without_its_reason" {
  assert {
    condition = toset(flatten([
      for role, each in aws_iam_role_policy.this : [
        for statement in jsondecode(each.policy).Statement : [
          for pair in setproduct(statement.Action, statement.Resource) : join(" ", pair) if strcontains(join("", pair), "*")
        ] if statement.Effect == "Allow"
      ]
      ])) == toset([
      # Everywhere: X-Ray knows no resources.
      "xray:PutTraceSegments *", "xray:PutTelemetryRecords *", "xray:GetSamplingRules *", "xray:GetSamplingTargets *",
      # Functions: streams of their own log, which Lambda names.
      "logs:CreateLogStream arn:aws:logs:us-east-1:123456789012:log-group:mock:*",
      "logs:PutLogEvents arn:aws:logs:us-east-1:123456789012:log-group:mock:*",
      # Scraper and loader: keys have the date and the run in them.
      "s3:PutObject arn:aws:s3:::mock/raw/*", "s3:GetObject arn:aws:s3:::mock/raw/*",
      # Loader: as above, of system 000's documents.
      "s3:GetObject arn:aws:s3:::mock/raw_events/*",
      # Scraper: a page's key is the digest of its address.
      "s3:PutObject arn:aws:s3:::mock/pages/*", "s3:GetObject arn:aws:s3:::mock/pages/*",
      # Functions in a VPC: Lambda makes and names the interfaces; the functions' own code is denied all of it.
      "ec2:CreateNetworkInterface *", "ec2:DescribeNetworkInterfaces *", "ec2:DescribeSubnets *",
      "ec2:DeleteNetworkInterface *", "ec2:AssignPrivateIpAddresses *", "ec2:UnassignPrivateIpAddresses *",
      # State machine: the Map's executions, which Step Functions names.
      "states:DescribeExecution arn:aws:states:us-east-1:123456789012:execution:festvibes-etl:*",
      "states:StopExecution arn:aws:states:us-east-1:123456789012:execution:festvibes-etl:*",
      "states:DescribeExecution arn:aws:states:us-east-1:123456789012:execution:festvibes-etl/*",
      "states:StopExecution arn:aws:states:us-east-1:123456789012:execution:festvibes-etl/*",
      # State machine: log delivery knows no resources.
      "logs:CreateLogDelivery *", "logs:GetLogDelivery *", "logs:UpdateLogDelivery *", "logs:DeleteLogDelivery *",
      "logs:ListLogDeliveries *", "logs:PutResourcePolicy *", "logs:DescribeResourcePolicies *", "logs:DescribeLogGroups *",
    ])
    error_message = "A role's policy has a wildcard that is not in this list with its reason, or the list has one that no policy has."
  }

  assert {
    condition     = toset(keys(aws_iam_role_policy.this)) == toset(keys(aws_iam_role.this)) && length(aws_iam_role.this) == 6
    error_message = "Every role has exactly the policy that was looked at."
  }

  assert {
    condition     = alltrue([for role in aws_iam_role.this : !strcontains(role.assume_role_policy, "*")])
    error_message = "Who may take on a role is named."
  }

  assert {
    condition     = alltrue([for role in aws_iam_role.this : role.permissions_boundary == "arn:aws:iam::123456789012:policy/festvibes-boundary" && role.path == "/festvibes/"])
    error_message = "A role is within the boundary, and where those who deploy may make roles."
  }
}

run "a_function_may_do_what_it_does_and_no_more" {
  variables {
    vpc = null
  }

  assert {
    condition = {
      for name, each in aws_iam_role_policy.this :
      name => join(" ", sort(distinct([for action in flatten([for statement in jsondecode(each.policy).Statement : statement.Action]) : action if !startswith(action, "xray:") && !startswith(action, "logs:")])))
      } == {
      date-range-generator = ""
      scraper              = "s3:GetObject s3:ListBucket s3:PutObject"
      loader               = "s3:GetObject s3:ListBucket secretsmanager:GetSecretValue"
      cache-manager        = "secretsmanager:GetSecretValue"
      state-machine        = "lambda:InvokeFunction sns:Publish states:DescribeExecution states:StartExecution states:StopExecution"
      scheduler            = "sqs:SendMessage states:StartExecution"
    }
    error_message = "A role may do something else than was meant."
  }

  assert {
    condition = flatten([for statement in jsondecode(aws_iam_role_policy.this["state-machine"].policy).Statement : statement.Resource if contains(statement.Action, "lambda:InvokeFunction")]) == [
      for name in ["cache-manager", "date-range-generator", "loader", "scraper"] : "arn:aws:lambda:us-east-1:123456789012:function:festvibes-${name}"
    ]
    error_message = "The state machine invokes the four functions and no other."
  }
}
