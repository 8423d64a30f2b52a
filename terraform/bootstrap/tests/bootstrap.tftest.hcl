# Invariants of the resources that every deployment depends on.

mock_provider "aws" {
  source = "../tests/mocks"
}

variables {
  github_repository = "owner/repository"
}

run "the_environment_deploys_and_a_pull_request_only_reads" {
  assert {
    condition = { for name, role in aws_iam_role.github : name => one(jsondecode(role.assume_role_policy).Statement).Condition } == {
      deploy = { StringEquals = { "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com", "token.actions.githubusercontent.com:sub" = "repo:owner/repository:environment:production" } }
      plan   = { StringEquals = { "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com", "token.actions.githubusercontent.com:sub" = "repo:owner/repository:pull_request" } }
    }
    error_message = "Another branch or repository can assume a role."
  }
  assert {
    condition     = toset(keys(aws_iam_policy.github)) == toset(["deploy-read1", "deploy-read2", "deploy-write1", "deploy-write2", "deploy-roles", "deploy-data1", "plan-read1", "plan-read2", "plan-data1"])
    error_message = "A plan must not write."
  }
  assert {
    condition = alltrue([for action in flatten([for name, policy in aws_iam_policy.github : [for statement in jsondecode(policy.policy).Statement : statement.Action] if startswith(name, "plan-")]) :
    can(regex("^[a-z0-9]+:(Get|List|Describe|BatchGet|Validate)", action))])
    error_message = "A plan has a permission other than reading."
  }
  assert {
    condition     = alltrue([for policy in concat(values(aws_iam_policy.github), [aws_iam_policy.boundary]) : length(policy.policy) <= 6144])
    error_message = "A policy exceeds AWS's limit."
  }
}

run "without_an_environment_only_main_deploys" {
  variables {
    github_environment = null
  }
  assert {
    condition     = one(jsondecode(aws_iam_role.github["deploy"].assume_role_policy).Statement).Condition.StringEquals["token.actions.githubusercontent.com:sub"] == "repo:owner/repository:ref:refs/heads/main"
    error_message = "Another branch could deploy."
  }
}

# https://docs.github.com/en/actions/reference/openid-connect-reference#immutable-subject-claims
run "a_repository_is_named_with_its_github_ids" {
  variables {
    github_repository = "owner@123/repository@456"
  }
  assert {
    condition = { for name, role in aws_iam_role.github : name => one(jsondecode(role.assume_role_policy).Statement).Condition.StringEquals["token.actions.githubusercontent.com:sub"] } == {
      deploy = "repo:owner@123/repository@456:environment:production"
      plan   = "repo:owner@123/repository@456:pull_request"
    }
    error_message = "The subject must have the form of a new repository's token."
  }
}

run "a_pattern_is_refused_as_a_repository" {
  command = plan
  variables {
    github_repository = "owner@*/repository"
  }
  expect_failures = [var.github_repository]
}

run "every_wildcard_has_a_reason" {
  variables {
    ecs = true
  }
  assert {
    # Actions: the provider reads each aspect of a function and of a bucket by a separate action; the boundary has room for
    # 6144 characters, and *LogDeliver* is CreateLogDelivery, Delete…, Get…, Update… and ListLogDeliveries.
    condition = toset([for action in flatten([for policy in concat(values(aws_iam_policy.github), [aws_iam_policy.boundary]) :
      [for statement in jsondecode(policy.policy).Statement : statement.Action]]) : action if strcontains(action, "*")]) == toset([
      "lambda:GetFunction*", "logs:*LogDeliver*", "s3:GetBucket*",
    ])
    error_message = "An action has a wildcard, and is not in this list with its reason."
  }
  assert {
    # Resources: * only in a statement named …Everywhere, for actions that do not support resources, or with a condition on
    # the function; else after a full name, to its end or to a character that no deployment's name can have; for the tags
    # of event source mappings, which Lambda names; for the objects of a bucket that a trigger names; and for those of the
    # processed zone, which alone may be deleted; for tables and streams with the deployment's tag.
    condition = alltrue(flatten([for policy in concat(values(aws_iam_policy.github), [aws_iam_policy.boundary]) :
      [for statement in jsondecode(policy.policy).Statement :
        [for resource in statement.Resource : resource == "*" ? endswith(statement.Sid, "Everywhere") :
          can(regex("^arn:aws:(dynamodb:us-east-1:[0-9]+:table|kinesis:us-east-1:[0-9]+:stream)/\\*$", resource)) ? statement.Condition.StringEquals["aws:ResourceTag/Project"] == "festvibes" :
    !strcontains(resource, "*") || can(regex("^[^*]*[:/]festvibes(-[a-z0-9-]+)?[:/]\\*$|^[^*]*[:/]festvibes[._]\\*$|^arn:aws:s3:::mock/deployment.tfstate\\*$|:event-source-mapping:\\*$|^arn:aws:s3:::festvibes-data-[0-9]+/processed/\\*$|^arn:aws:s3:::(incoming-orders|visits-of-forms)/\\*$|^arn:aws:s3:::(sample-datasets/datasets|sample-objects|sample-weeks)/\\*$", resource))]]]))
    error_message = "A resource has a wildcard that matches other names than this deployment's."
  }
  assert {
    condition     = !strcontains(join("", [for policy in aws_iam_policy.github : policy.policy]), "secretsmanager:GetSecretValue")
    error_message = "A deployment does not need to read secrets."
  }
}

# What festvibes calls (Sources/festvibes), and what redrives and stops a run. Runs and map runs have names that are not
# known beforehand, and Secrets Manager adds six characters to a secret's name.
run "an_operator_can_do_exactly_this" {
  assert {
    condition = sort(flatten([for statement in jsondecode(aws_iam_policy.operator.policy).Statement :
      [for pair in setproduct(statement.Action, statement.Resource) : join(" ", pair)]])) == sort([
      "states:StartExecution arn:aws:states:us-east-1:123456789012:stateMachine:festvibes-etl",
      "states:ListExecutions arn:aws:states:us-east-1:123456789012:stateMachine:festvibes-etl",
      "states:DescribeExecution arn:aws:states:us-east-1:123456789012:execution:festvibes-etl:*",
      "states:DescribeExecution arn:aws:states:us-east-1:123456789012:execution:festvibes-etl/*:*",
      "states:GetExecutionHistory arn:aws:states:us-east-1:123456789012:execution:festvibes-etl:*",
      "states:GetExecutionHistory arn:aws:states:us-east-1:123456789012:execution:festvibes-etl/*:*",
      "states:ListMapRuns arn:aws:states:us-east-1:123456789012:execution:festvibes-etl:*",
      "states:ListMapRuns arn:aws:states:us-east-1:123456789012:execution:festvibes-etl/*:*",
      "states:DescribeMapRun arn:aws:states:us-east-1:123456789012:mapRun:festvibes-etl/*:*",
      "states:ListExecutions arn:aws:states:us-east-1:123456789012:mapRun:festvibes-etl/*:*",
      "states:StopExecution arn:aws:states:us-east-1:123456789012:execution:festvibes-etl:*",
      "states:RedriveExecution arn:aws:states:us-east-1:123456789012:execution:festvibes-etl:*",
      "s3:GetObject arn:aws:s3:::festvibes-data-123456789012/pages/progress/*",
      "s3:GetObject arn:aws:s3:::festvibes-data-123456789012/state/*",
      "s3:PutObject arn:aws:s3:::festvibes-data-123456789012/state/*",
      "s3:GetObject arn:aws:s3:::festvibes-data-123456789012/raw/*",
      "s3:ListBucket arn:aws:s3:::festvibes-data-123456789012",
      "s3:GetObject arn:aws:s3:::sample-objects",
      "s3:GetObject arn:aws:s3:::sample-objects/*",
      "s3:GetObject arn:aws:s3:::sample-weeks",
      "s3:GetObject arn:aws:s3:::sample-weeks/*",
      "s3:ListBucket arn:aws:s3:::sample-objects",
      "s3:ListBucket arn:aws:s3:::sample-objects/*",
      "s3:ListBucket arn:aws:s3:::sample-weeks",
      "s3:ListBucket arn:aws:s3:::sample-weeks/*",
      "lambda:GetFunctionConfiguration arn:aws:lambda:us-east-1:123456789012:function:festvibes-date-range-generator",
      "lambda:GetFunctionConfiguration arn:aws:lambda:us-east-1:123456789012:function:festvibes-scraper",
      "lambda:GetFunctionConfiguration arn:aws:lambda:us-east-1:123456789012:function:festvibes-loader",
      "lambda:GetFunctionConfiguration arn:aws:lambda:us-east-1:123456789012:function:festvibes-cache-manager",
      "logs:FilterLogEvents arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/festvibes-date-range-generator:*",
      "logs:FilterLogEvents arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/festvibes-scraper:*",
      "logs:FilterLogEvents arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/festvibes-loader:*",
      "logs:FilterLogEvents arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/festvibes-cache-manager:*",
      "lambda:InvokeFunction arn:aws:lambda:us-east-1:123456789012:function:festvibes-cache-manager",
      "secretsmanager:GetSecretValue arn:aws:secretsmanager:us-east-1:123456789012:secret:festvibes/PG_DATABASE_URL-??????",
      "secretsmanager:GetSecretValue arn:aws:secretsmanager:us-east-1:123456789012:secret:festvibes/REDIS_URL-??????",
      "dynamodb:DeleteItem arn:aws:dynamodb:us-east-1:123456789012:table/*",
      "dynamodb:GetItem arn:aws:dynamodb:us-east-1:123456789012:table/*",
      "dynamodb:BatchGetItem arn:aws:dynamodb:us-east-1:123456789012:table/*",
      "dynamodb:GetItem arn:aws:dynamodb:us-east-1:123456789012:table/*",
      "dynamodb:Scan arn:aws:dynamodb:us-east-1:123456789012:table/*",
    ])
    error_message = "An operator has other permissions."
  }
  assert {
    condition = { for statement in jsondecode(aws_iam_policy.operator.policy).Statement : join(" ", statement.Action) => statement.Condition.StringEquals if can(statement.Condition) } == {
      "dynamodb:DeleteItem dynamodb:GetItem"                 = { "aws:ResourceTag/Project" = "festvibes", "aws:ResourceTag/Holds" = ["locks"] }
      "dynamodb:BatchGetItem dynamodb:GetItem dynamodb:Scan" = { "aws:ResourceTag/Project" = "festvibes", "aws:ResourceTag/Holds" = ["items", "done"] }
    }
    error_message = "An operator reaches tables that are no locks or items of this deployment, or can delete items."
  }
  assert {
    condition     = !strcontains(join("", [for policy in aws_iam_policy.github : policy.policy]), "festvibes-operator")
    error_message = "A deployment could give the operators' holders more permissions."
  }
}

run "the_tables_of_locks_are_those_of_the_definitions_and_of_the_settings" {
  command = plan
  variables {
    lock_tables = ["other-locks"]
  }
  assert {
    condition = [for name in one(local.data_statements.deploy.data1).Resource : name if strcontains(name, ":table/")] == [
      "arn:aws:dynamodb:us-east-1:123456789012:table/etl-locks", "arn:aws:dynamodb:us-east-1:123456789012:table/other-locks",
      # of datasets' items
      "arn:aws:dynamodb:us-east-1:123456789012:table/sample-items",
    ]
    error_message = "A deployment could not make the table of a lock, or could make others."
  }
  assert {
    condition = [for statement in local.boundary_statements : [statement.Resource, statement.Condition] if contains(["Tables", "Streams"], statement.Sid)] == [
      for resource in ["dynamodb:us-east-1:123456789012:table/*", "kinesis:us-east-1:123456789012:stream/*"] :
      [["arn:aws:${resource}"], { StringEquals = { "aws:ResourceTag/Project" = "festvibes" } }]
    ]
    error_message = "A function could not take a lock or write an item, or could write another deployment's table."
  }
}

# A wildcard of festvibes must not reach festvibes-dev, nor bootstrap's state.
run "no_permission_reaches_another_deployment" {
  variables {
    ecs = true
  }
  assert {
    condition = length(flatten([for policy in concat(values(aws_iam_policy.github), [aws_iam_policy.boundary]) :
      [for statement in jsondecode(policy.policy).Statement : [for resource in statement.Resource :
        [for arn in [
          "arn:aws:lambda:us-east-1:123456789012:function:festvibes-dev-scraper",
          "arn:aws:ecr:us-east-1:123456789012:repository/festvibes-dev-scraper",
          "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/festvibes-dev-scraper:log-stream:x",
          "arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/states/festvibes-dev-etl",
          "arn:aws:secretsmanager:us-east-1:123456789012:secret:festvibes-dev/PG_DATABASE_URL-AbCdEf",
          "arn:aws:states:us-east-1:123456789012:stateMachine:festvibes-dev-etl",
          "arn:aws:states:us-east-1:123456789012:execution:festvibes-dev-etl:x",
          "arn:aws:states:us-east-1:123456789012:mapRun:festvibes-dev-etl/x:y",
          "arn:aws:scheduler:us-east-1:123456789012:schedule/default/festvibes-dev-nightly",
          "arn:aws:scheduler:us-east-1:123456789012:schedule/festvibes-dev/festvibes-dev-wwoz",
          "arn:aws:scheduler:us-east-1:123456789012:schedule-group/festvibes-dev",
          "arn:aws:events:us-east-1:123456789012:rule/festvibes-dev-stopped",
          "arn:aws:events:us-east-1:123456789012:rule/festvibes-dev.sample_jobs-1",
          "arn:aws:sqs:us-east-1:123456789012:festvibes-dev-requests",
          "arn:aws:ecs:us-east-1:123456789012:cluster/festvibes-dev",
          "arn:aws:ecs:us-east-1:123456789012:task-definition/festvibes-dev_sample_jobs:1",
          "arn:aws:sns:us-east-1:123456789012:festvibes-dev-runs",
          "arn:aws:sqs:us-east-1:123456789012:festvibes-dev-not-started",
          "arn:aws:cloudwatch:us-east-1:123456789012:alarm:festvibes-dev/run-failed",
          "arn:aws:cloudwatch::123456789012:dashboard/festvibes-dev",
          "arn:aws:iam::123456789012:role/festvibes-dev/festvibes-dev-scraper",
          "arn:aws:iam::123456789012:policy/festvibes-dev-boundary",
          "arn:aws:s3:::festvibes-dev-data-123456789012/raw/x",
          "arn:aws:s3:::mock/bootstrap.tfstate",
        ] : "${resource} ${arn}" if resource != "*" && can(regex("^${replace(replace(resource, ".", "[.]"), "*", ".*")}$", arn))]
    ]]])) == 0
    error_message = "A policy reaches a resource of another deployment."
  }
}

# In GovCloud, whose ARNs are the longest.
run "the_longest_name_has_policies_of_a_valid_length" {
  variables {
    api_enabled        = true
    ecs                = true
    enrichment_enabled = true
    name               = "twenty-letters-long0"
    region             = "us-gov-west-1"
    bucket_name        = "a-bucket-with-a-name-of-sixty-three-characters-which-s3-allows0"
  }
  override_data {
    target = data.aws_partition.this
    values = { partition = "aws-us-gov" }
  }
  override_resource {
    target = aws_iam_policy.boundary
    values = { arn = "arn:aws-us-gov:iam::123456789012:policy/twenty-letters-long0-boundary" }
  }
  override_resource {
    target = aws_s3_bucket.state
    values = { arn = "arn:aws-us-gov:s3:::twenty-letters-long0-state-123456789012" }
  }
  assert {
    condition = alltrue([for policy in concat(values(aws_iam_policy.github), [aws_iam_policy.boundary, aws_iam_policy.operator]) :
    length(policy.policy) <= 6144])
    error_message = "A policy exceeds AWS's limit: ${jsonencode({ for name, policy in merge(aws_iam_policy.github, { boundary = aws_iam_policy.boundary, operator = aws_iam_policy.operator }) : name => length(policy.policy) })}"
  }
}

run "a_deployment_cannot_change_who_assumes_a_role_or_what_a_secret_is" {
  assert {
    condition = length([for action in flatten([for policy in values(aws_iam_policy.github) : [for statement in jsondecode(policy.policy).Statement : statement.Action]]) : action
    if contains(["iam:UpdateAssumeRolePolicy", "secretsmanager:UpdateSecret", "secretsmanager:PutSecretValue"], action)]) == 0
    error_message = "A deployment can give a role away, or replace a secret."
  }
  assert {
    condition = alltrue([for role in ["deploy", "plan"] :
      contains(flatten([for name, policy in aws_iam_policy.github : [for statement in jsondecode(policy.policy).Statement : statement.Action] if startswith(name, "${role}-read")]), "sns:ListSubscriptionsByTopic")
    ])
    error_message = "The subscriptions of a topic cannot be read."
  }
}

run "a_deployment_cannot_exceed_the_boundary" {
  assert {
    condition = alltrue(flatten([for statement in flatten([for policy in values(aws_iam_policy.github) : jsondecode(policy.policy).Statement]) : [
      for action in statement.Action : try(statement.Condition.StringEquals["iam:PermissionsBoundary"], "") == aws_iam_policy.boundary.arn
      if contains(["iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"], action)
    ]]))
    error_message = "A role can be created without the boundary."
  }
  assert {
    condition = [for statement in flatten([for policy in values(aws_iam_policy.github) : jsondecode(policy.policy).Statement]) : statement.Condition if contains(statement.Action, "iam:PassRole")] == [
      { StringEquals = { "iam:PassedToService" = ["events.amazonaws.com", "lambda.amazonaws.com", "scheduler.amazonaws.com", "states.amazonaws.com"] } },
    ]
    error_message = "A role can be passed to another service."
  }
  assert {
    condition = alltrue([for action in flatten([for statement in flatten([for policy in values(aws_iam_policy.github) : jsondecode(policy.policy).Statement]) : statement.Action]) :
    !contains(["iam:AttachRolePolicy", "iam:DeleteRolePermissionsBoundary", "iam:CreatePolicyVersion", "iam:*", "*"], action)])
    error_message = "The boundary can be removed or changed."
  }
  assert {
    condition     = alltrue([for statement in flatten([for policy in values(aws_iam_policy.github) : jsondecode(policy.policy).Statement]) : statement.Resource == ["arn:aws:iam::123456789012:role/festvibes/*"] if anytrue([for action in statement.Action : startswith(action, "iam:")])])
    error_message = "Only the deployment's own roles may be changed."
  }
}

run "tasks_on_fargate_have_a_repository_and_rights_only_if_they_are_wanted" {
  variables {
    ecs = true
  }
  assert {
    condition = aws_ecr_repository.function["festvibes"].name == "festvibes-festvibes" && toset(keys(aws_ecr_repository_policy.function)) == toset(keys(local.functions)) && toset(keys(aws_ecr_lifecycle_policy.function)) == toset(keys(local.functions)) && (
      contains(local.made.logs, "arn:aws:logs:us-east-1:123456789012:log-group:/aws/ecs/festvibes-festvibes")
    )
    error_message = "The image of the tasks needs a repository, which Lambda need not read, and in which nothing expires."
  }
  assert {
    condition = [for statement in jsondecode(aws_iam_policy.boundary.policy).Statement : [statement.Action, statement.Condition] if contains(statement.Action, "iam:PassRole")] == [
      [["iam:PassRole"], { StringEquals = { "iam:PassedToService" = ["ecs-tasks.amazonaws.com"] } }],
    ]
    error_message = "A role of the deployment can give roles to other services than tasks."
  }
}

run "without_tasks_there_are_no_rights_for_them" {
  assert {
    condition     = !strcontains(join("", [for policy in concat(values(aws_iam_policy.github), [aws_iam_policy.boundary]) : policy.policy]), "ecs") && !strcontains(aws_iam_policy.boundary.policy, "iam:PassRole")
    error_message = "A policy has rights for ECS."
  }
}

run "the_enricher_has_a_repository_and_rights_only_if_it_is_wanted" {
  variables {
    enrichment_enabled = true
  }
  assert {
    condition     = length(aws_ecr_repository.function) == 5 && aws_ecr_repository_policy.function["enricher"] != null && aws_ecr_lifecycle_policy.function["enricher"] != null
    error_message = "Its image needs a repository like the others."
  }
  assert {
    condition     = contains(local.made.functions, "arn:aws:lambda:us-east-1:123456789012:function:festvibes-enricher") && contains(local.made.logs, "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/festvibes-enricher")
    error_message = "The workflow could not deploy it."
  }
}

run "without_the_enricher_there_are_no_rights_for_it" {
  assert {
    condition     = !strcontains(join("", [for policy in concat(values(aws_iam_policy.github), [aws_iam_policy.boundary, aws_iam_policy.operator]) : policy.policy]), "enricher")
    error_message = "A policy has rights for a function that is not there."
  }
}

run "the_streams_are_those_of_the_definitions_and_of_the_settings" {
  command = plan
  variables {
    streams = ["concert-data-stream"]
  }
  assert {
    condition = alltrue([for name in ["concert-data-stream", "sample-stream"] : contains(
      one(local.data_statements.deploy.data1).Resource, "arn:aws:kinesis:us-east-1:123456789012:stream/${name}"
    )])
    error_message = "A deployment could not make the stream of a dataset."
  }
}

run "the_tables_are_those_of_the_definitions_and_of_the_settings" {
  command = plan
  variables {
    tables = ["Workouts"]
  }
  assert {
    condition = alltrue([for name in ["Workouts", "sample-items"] : contains(
      one(local.data_statements.deploy.data1).Resource, "arn:aws:dynamodb:us-east-1:123456789012:table/${name}"
    )])
    error_message = "A deployment could not make the table of a dataset."
  }
  assert {
    condition     = !contains(local.tables, "commented-out") && !contains(local.tables, "")
    error_message = "The boundary names a table that there is not."
  }
}

run "the_objects_that_start_runs_are_those_of_the_definitions_and_of_the_settings" {
  command = plan
  variables {
    source_buckets = ["other-orders"]
  }
  assert {
    condition     = toset(one([for statement in local.boundary_statements : statement.Resource if statement.Sid == "WhatStartsRuns"])) == toset(["arn:aws:s3:::other-orders/*", "arn:aws:s3:::incoming-orders/*", "arn:aws:s3:::visits-of-forms/*"])
    error_message = "The scraper could not read what starts its run, or could read other buckets."
  }
}

run "a_mapping_is_the_generators_or_the_loaders" {
  assert {
    condition = alltrue(flatten([for policy in values(aws_iam_policy.github) : [for statement in jsondecode(policy.policy).Statement :
      statement.Condition == { ArnEquals = { "lambda:FunctionArn" = ["arn:aws:lambda:us-east-1:123456789012:function:festvibes-date-range-generator", "arn:aws:lambda:us-east-1:123456789012:function:festvibes-loader"] } }
    if anytrue([for action in statement.Action : strcontains(action, "EventSourceMapping")])]]))
    error_message = "A deployment could take another function's messages."
  }
}

run "the_state_and_the_images_are_safe" {
  assert {
    condition = alltrue([
      aws_s3_bucket_versioning.state.versioning_configuration[0].status == "Enabled", aws_s3_bucket.state.force_destroy == false,
      aws_s3_bucket_public_access_block.state.block_public_acls, aws_s3_bucket_public_access_block.state.block_public_policy,
      aws_s3_bucket_public_access_block.state.ignore_public_acls, aws_s3_bucket_public_access_block.state.restrict_public_buckets,
      one(jsondecode(aws_s3_bucket_policy.state.policy).Statement).Effect == "Deny",
      one(jsondecode(aws_s3_bucket_policy.state.policy).Statement).Condition == { Bool = { "aws:SecureTransport" = "false" } },
    ])
    error_message = "The state must be private, accessible only with TLS, and versioned."
  }
  assert {
    condition = length(aws_ecr_repository.function) == 4 && alltrue([for repository in aws_ecr_repository.function :
    repository.image_tag_mutability == "IMMUTABLE" && repository.image_scanning_configuration[0].scan_on_push && repository.force_delete == false])
    error_message = "Tags must be immutable, and images must be scanned and not be deleted with their repository."
  }
  assert {
    condition = alltrue([for policy in aws_ecr_lifecycle_policy.function :
      [for rule in jsondecode(policy.policy).rules : [rule.rulePriority, rule.selection.tagStatus, try(rule.selection.tagPrefixList, []), rule.selection.countNumber]] == [
        [1, "tagged", ["deployed-"], 20],
        [2, "any", [], 20],
    ]])
    error_message = "Deployed images must be kept by a rule of their own, which comes first."
  }
}

run "without_a_repository_there_is_no_role_for_github" {
  variables {
    github_repository = null
  }
  assert {
    condition     = length(aws_iam_role.github) == 0 && length(aws_iam_policy.github) == 0 && length(aws_iam_openid_connect_provider.github) == 0
    error_message = "There is a role for GitHub without a repository."
  }
}

run "the_buckets_of_files_are_those_of_the_definitions_and_of_the_settings" {
  command = plan
  variables {
    file_buckets = ["my-weeks"]
    texts        = true
  }
  assert {
    condition = alltrue([for bucket in ["my-weeks", "my-weeks/*", "sample-weeks", "sample-weeks/*", "sample-datasets", "sample-datasets/datasets/*"] :
      contains(one([for statement in local.boundary_statements : statement.Resource if statement.Sid == "Buckets"]), "arn:aws:s3:::${bucket}")
    ])
    error_message = "The loader could not write the files of a dataset."
  }
  assert {
    condition     = [for statement in local.boundary_statements : statement.NotResource if statement.Sid == "Texts"] == [["arn:aws:sns:*:*:*"]]
    error_message = "The boundary lets no texts through, or messages to any topic."
  }
}

run "texts_to_phones_need_a_setting" {
  command = plan
  assert {
    condition     = length([for statement in local.boundary_statements : statement if statement.Sid == "Texts"]) == 0
    error_message = "Roles may send texts that nobody has asked for."
  }
}

# AWS allows one boundary of 6144 characters for a role, however many datasets there are, and ten policies.
run "policies_do_not_grow_with_the_datasets" {
  variables {
    tables          = [for number in range(40) : "table-${number}-${join("", [for letter in range(240) : "t"])}"]
    streams         = [for number in range(15) : "stream-${number}-${join("", [for letter in range(110) : "s"])}"]
    file_buckets    = [for number in range(200) : "acme-etl-files-${number}"]
    version_buckets = [for number in range(200) : "acme-etl-series-${number}"]
    source_buckets  = [for number in range(200) : "acme-etl-orders-${number}"]
    bucket_prefixes = ["acme-etl-"]
    name            = "twenty-letters-long0"
    region          = "us-gov-west-1"
    bucket_name     = "a-bucket-with-a-name-of-sixty-three-characters-which-s3-allows0"
    ecs             = true
    texts           = true

    enrichment_enabled = true
    api_enabled        = true
  }
  override_data {
    target = data.aws_partition.this
    values = { partition = "aws-us-gov" }
  }
  assert {
    condition = alltrue([for policy in concat(values(aws_iam_policy.github), [aws_iam_policy.boundary, aws_iam_policy.operator]) :
    length(policy.policy) <= 6144])
    error_message = "A policy exceeds AWS's limit: ${jsonencode({ for name, policy in merge(aws_iam_policy.github, { boundary = aws_iam_policy.boundary, operator = aws_iam_policy.operator }) : name => length(policy.policy) })}"
  }
  assert {
    condition     = alltrue([for role in ["deploy", "plan"] : length([for name in keys(aws_iam_policy.github) : name if startswith(name, "${role}-")]) <= 10])
    error_message = "A role has more policies than AWS allows: ${join(" ", keys(aws_iam_policy.github))}"
  }
  assert {
    condition     = !can(regex("table-[0-9]|stream-[0-9]|acme-etl-[a-z]", aws_iam_policy.boundary.policy)) && contains(one([for statement in local.boundary_statements : statement.Resource if statement.Sid == "Buckets"]), "arn:aws-us-gov:s3:::acme-etl-*")
    error_message = "The boundary names each table, stream or bucket."
  }
  assert {
    condition = alltrue([for name in concat(local.made.lock_tables, local.made.tables, local.made.streams) : contains(
    flatten([for key, policy in aws_iam_policy.github : [for statement in jsondecode(policy.policy).Statement : statement.Resource] if startswith(key, "deploy-data")]), name)])
    error_message = "A deployment could not make a table or a stream."
  }
}

run "a_boundary_that_is_too_long_says_what_helps" {
  command = plan
  variables {
    file_buckets = [for number in range(80) : "acme-etl-files-${number}"]
  }
  expect_failures = [aws_iam_policy.boundary]
}

run "a_prefix_does_not_reach_the_deployments_own_buckets" {
  command = plan
  variables {
    bucket_prefixes = ["festvibes-"]
  }
  expect_failures = [var.bucket_prefixes]
}

run "the_read_api_has_a_repository_and_rights_only_if_it_is_wanted" {
  variables {
    api_enabled = true
  }
  assert {
    condition     = length(aws_ecr_repository.function) == 5 && contains(local.made.logs, "arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/apis/festvibes-read-api")
    error_message = "It needs a repository and the log of the gateway."
  }
  assert {
    condition     = !strcontains(join("", [for policy in aws_iam_policy.github : policy.policy]), "::/*") && alltrue([for policy in aws_iam_policy.github : length(policy.policy) <= 6144])
    error_message = "The deployment may change every API of the region, or a policy is too long."
  }
  assert {
    condition     = contains(flatten([for key, policy in aws_iam_policy.github : [for statement in jsondecode(policy.policy).Statement : statement.Action] if startswith(key, "deploy-")]), "logs:CreateLogDelivery")
    error_message = "AWS refuses the access log of a gateway to who may not make deliveries of logs."
  }
  assert {
    condition     = contains(one([for statement in local.boundary_statements : statement.Resource if statement.Sid == "ByName"]), "arn:aws:lambda:us-east-1:123456789012:function:festvibes-read-api")
    error_message = "The state machine could not have it store the report of a run."
  }
}

# Each right is tried on paths as AWS writes them: a pattern becomes a regular expression, in which $${*} is an asterisk.
run "a_deployment_changes_its_own_http_apis_alone" {
  variables {
    api_enabled = true
  }
  # What has not the deployment's tag: another's API, its parts, and the right to tag them.
  assert {
    condition = [for right in flatten([for statement in flatten([for policy in values(aws_iam_policy.github) : jsondecode(policy.policy).Statement]) : [
      for path in [
        "/apis/other", "/apis/other/integrations", "/apis/other/integrations/one", "/apis/other/routes", "/apis/other/routes/one",
        "/apis/other/stages", "/apis/other/stages/$default", "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Fapis%2Fother",
        "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Fv2%2Fapis%2Fother",
        "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Fv2%2Fapis%2Fother%2Fstages%2F%24default",
        "/restapis", "/restapis/other", "/domainnames", "/vpclinks", "/account",
      ] : "${statement.Sid} ${path}" if anytrue([for pattern in statement.Resource : can(regex("^${replace(replace(replace(pattern, "$${*}", "ASTERISK"), "*", ".*"), "ASTERISK", "[*]")}$", "arn:aws:apigateway:us-east-1::${path}"))])
      ] if anytrue([for action in statement.Action : startswith(action, "apigateway:") && action != "apigateway:GET"]) && try(statement.Condition.StringEquals["aws:ResourceTag/Project"], "") != "festvibes"
    ]) : right] == []
    error_message = "The deployment may change or tag what does not have its tag."
  }
  # Whatever is tagged, is tagged as the deployment's.
  assert {
    condition = alltrue([for statement in flatten([for policy in values(aws_iam_policy.github) : jsondecode(policy.policy).Statement]) :
      "festvibes" == try(statement.Condition.StringEquals["aws:RequestTag/Project"], statement.Condition.StringEqualsIfExists["aws:RequestTag/Project"], "")
      if contains(statement.Action, "apigateway:POST")
    ])
    error_message = "The deployment may make an API without its tag, or give it another's."
  }
  # What an apply needs, with the tags that the request brings along (new) or that the API has.
  assert {
    condition = alltrue([for need in [
      ["GET", "/apis/own", null], ["GET", "/apis/own/stages/$default", null], ["GET", "/tags/arn%3Aaws", null],
      ["POST", "/apis", "Request"], ["POST", "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Fv2%2Fapis%2F*", "Request"],
      ["POST", "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Fv2%2Fapis%2Fown%2Fstages%2F*", "Request"],
      ["PATCH", "/apis/own", "Resource"], ["DELETE", "/apis/own", "Resource"], ["POST", "/apis/own/integrations", "Resource"],
      ["PATCH", "/apis/own/routes/one", "Resource"], ["POST", "/apis/own/stages", "Resource"],
      ["PATCH", "/apis/own/stages/$default", "Resource"], ["POST", "/tags/arn%3Aaws", "Resource"], ["DELETE", "/tags/arn%3Aaws", "Resource"],
      ] : anytrue([for statement in flatten([for policy in values(aws_iam_policy.github) : jsondecode(policy.policy).Statement]) :
        contains(statement.Action, "apigateway:${need[0]}") && keys(try(statement.Condition.StringEquals, {})) == [for kind in compact([need[2]]) : "aws:${kind}Tag/Project"] && anytrue([for pattern in statement.Resource :
          can(regex("^${replace(replace(replace(pattern, "$${*}", "ASTERISK"), "*", ".*"), "ASTERISK", "[*]")}$", "arn:aws:apigateway:us-east-1::${need[1]}"))
    ])])])
    error_message = "The deployment may not make the HTTP API, or not change its own."
  }
}

run "without_the_read_api_there_are_no_rights_for_it" {
  assert {
    condition     = !can(regex("apigateway|LogDelivery|read-api", join("", [for policy in values(aws_iam_policy.github) : policy.policy]))) && !strcontains(aws_iam_policy.boundary.policy, "read-api")
    error_message = "There are rights for what nobody asked for."
  }
}
