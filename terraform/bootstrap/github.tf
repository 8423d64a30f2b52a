# Two roles for the repository's workflows: one deploys main, the other plans for pull requests.

locals {
  github = "token.actions.githubusercontent.com"
  # The subject claim of a job's token. For a job with an environment it names that instead of the branch.
  # https://docs.github.com/en/actions/reference/security/oidc
  subjects = var.github_repository == null ? {} : {
    deploy = "repo:${var.github_repository}:${var.github_environment == null ? "ref:refs/heads/main" : "environment:${var.github_environment}"}"
    plan   = "repo:${var.github_repository}:pull_request"
  }
}

resource "aws_iam_openid_connect_provider" "github" {
  count = var.github_repository != null && !var.github_provider_exists ? 1 : 0

  url            = "https://${local.github}"
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_role" "github" {
  #checkov:skip=CKV_AWS_393:the claim is in each.value, where checkov does not look; tests/bootstrap.tftest.hcl does
  for_each = local.subjects

  name                 = "${var.name}-github-${each.key}"
  description          = "GitHub's workflows of ${var.github_repository}: ${each.key}"
  max_session_duration = 3600

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = "arn:${local.partition}:iam::${local.account}:oidc-provider/${local.github}" }
      Condition = { StringEquals = { "${local.github}:aud" = "sts.amazonaws.com", "${local.github}:sub" = each.value } }
    }]
  })
}

resource "aws_iam_policy" "github" {
  for_each = { for pair in setproduct(keys(local.subjects), keys(local.github_statements.deploy)) : join("-", pair) => pair if length(local.github_statements[pair[0]][pair[1]]) > 0 }

  name        = "${var.name}-github-${each.key}"
  description = "GitHub's workflows: ${each.value[0]}, ${each.value[1]}"
  policy      = jsonencode({ Version = "2012-10-17", Statement = local.github_statements[each.value[0]][each.value[1]] })
}

resource "aws_iam_role_policy_attachment" "github" {
  for_each = aws_iam_policy.github

  role       = aws_iam_role.github[split("-", each.key)[0]].name
  policy_arn = each.value.arn
}
