# What must never slip of that which everything else is built on.

mock_provider "aws" {
  source = "../tests/mocks"
}

variables {
  github_repository = "owner/repository"
}

run "the_environment_deploys_and_a_pull_request_only_looks" {
  assert {
    condition = { for name, role in aws_iam_role.github : name => one(jsondecode(role.assume_role_policy).Statement).Condition } == {
      deploy = { StringEquals = { "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com", "token.actions.githubusercontent.com:sub" = "repo:owner/repository:environment:production" } }
      plan   = { StringEquals = { "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com", "token.actions.githubusercontent.com:sub" = "repo:owner/repository:pull_request" } }
    }
    error_message = "A role can be taken on by another branch or repository."
  }
  assert {
    condition     = toset(keys(aws_iam_policy.github)) == toset(["deploy-read", "deploy-write", "plan-read"])
    error_message = "A plan writes nothing."
  }
  assert {
    condition = alltrue([for action in flatten([for statement in jsondecode(aws_iam_policy.github["plan-read"].policy).Statement : statement.Action]) :
    can(regex("^[a-z0-9]+:(Get|List|Describe|BatchGet|Validate)", action))])
    error_message = "A plan may do something else than look."
  }
  assert {
    condition     = alltrue([for policy in concat(values(aws_iam_policy.github), [aws_iam_policy.boundary]) : length(policy.policy) <= 6144])
    error_message = "A policy is longer than AWS takes."
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
run "a_repository_is_named_with_the_ids_that_github_gives_it" {
  variables {
    github_repository = "owner@123/repository@456"
  }
  assert {
    condition = { for name, role in aws_iam_role.github : name => one(jsondecode(role.assume_role_policy).Statement).Condition.StringEquals["token.actions.githubusercontent.com:sub"] } == {
      deploy = "repo:owner@123/repository@456:environment:production"
      plan   = "repo:owner@123/repository@456:pull_request"
    }
    error_message = "The subject of a new repository's token."
  }
}

run "a_pattern_is_no_repository" {
  command = plan
  variables {
    github_repository = "owner@*/repository"
  }
  expect_failures = [var.github_repository]
}

run "a_wildcard_has_its_reason" {
  assert {
    # Actions: the provider reads each aspect of a function and of a bucket by an action of its own.
    condition = toset([for action in flatten([for policy in concat(values(aws_iam_policy.github), [aws_iam_policy.boundary]) :
      [for statement in jsondecode(policy.policy).Statement : statement.Action]]) : action if strcontains(action, "*")]) == toset([
      "lambda:GetFunction*", "s3:GetBucket*",
    ])
    error_message = "An action with a wildcard that is not in this list with its reason."
  }
  assert {
    # Resources: * only in the statement Everywhere, of services that know no resources; else a prefix of this deployment's.
    condition = alltrue(flatten([for policy in concat(values(aws_iam_policy.github), [aws_iam_policy.boundary]) :
      [for statement in jsondecode(policy.policy).Statement :
        [for resource in statement.Resource : resource == "*" ? endswith(statement.Sid, "Everywhere") :
    !strcontains(resource, "*") || can(regex("[:/]festvibes[-/][^*]*\\*$|^arn:aws:s3:::mock/deployment.tfstate\\*$", resource))]]]))
    error_message = "A resource with a wildcard beyond this deployment's names."
  }
  assert {
    condition     = !strcontains(join("", [for policy in aws_iam_policy.github : policy.policy]), "secretsmanager:GetSecretValue")
    error_message = "Who deploys has no need to read a secret."
  }
}

run "who_deploys_cannot_give_more_than_the_boundary" {
  assert {
    condition = alltrue(flatten([for statement in jsondecode(aws_iam_policy.github["deploy-write"].policy).Statement : [
      for action in statement.Action : try(statement.Condition.StringEquals["iam:PermissionsBoundary"], "") == aws_iam_policy.boundary.arn
      if contains(["iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"], action)
    ]]))
    error_message = "A role could be made beyond the boundary."
  }
  assert {
    condition = [for statement in jsondecode(aws_iam_policy.github["deploy-write"].policy).Statement : statement.Condition if contains(statement.Action, "iam:PassRole")] == [
      { StringEquals = { "iam:PassedToService" = ["lambda.amazonaws.com", "scheduler.amazonaws.com", "states.amazonaws.com"] } },
    ]
    error_message = "A role could be given to another service."
  }
  assert {
    condition = alltrue([for action in flatten([for statement in jsondecode(aws_iam_policy.github["deploy-write"].policy).Statement : statement.Action]) :
    !contains(["iam:AttachRolePolicy", "iam:DeleteRolePermissionsBoundary", "iam:CreatePolicyVersion", "iam:*", "*"], action)])
    error_message = "The boundary could be taken off, or changed."
  }
  assert {
    condition     = alltrue([for statement in jsondecode(aws_iam_policy.github["deploy-write"].policy).Statement : statement.Resource == ["arn:aws:iam::123456789012:role/festvibes/*"] if anytrue([for action in statement.Action : startswith(action, "iam:")])])
    error_message = "Only the deployment's own roles can be touched."
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
    error_message = "The state is private, by TLS only, and every version is kept."
  }
  assert {
    condition = length(aws_ecr_repository.function) == 4 && alltrue([for repository in aws_ecr_repository.function :
    repository.image_tag_mutability == "IMMUTABLE" && repository.image_scanning_configuration[0].scan_on_push && repository.force_delete == false])
    error_message = "Tags stay what they are, images are scanned, and not deleted with their repository."
  }
  assert {
    condition     = alltrue([for policy in aws_ecr_lifecycle_policy.function : one(jsondecode(policy.policy).rules).selection.countNumber == 2 * 20])
    error_message = "Of the last 20 deployments there are images to come back to, for both architectures."
  }
}

run "without_a_repository_there_is_no_role_for_github" {
  variables {
    github_repository = null
  }
  assert {
    condition     = length(aws_iam_role.github) == 0 && length(aws_iam_policy.github) == 0 && length(aws_iam_openid_connect_provider.github) == 0
    error_message = "A role that nobody asked for."
  }
}
