# Two roles for this repository's workflows: main deploys, a pull request may look.

locals {
  github = "token.actions.githubusercontent.com"
  # What a workflow is, by the claim of its token; a job that names an environment would be another one.
  subjects = var.github_repository == null ? {} : {
    deploy = "repo:${var.github_repository}:ref:refs/heads/main"
    plan   = "repo:${var.github_repository}:pull_request"
  }
}

resource "aws_iam_openid_connect_provider" "github" {
  count = var.github_repository != null && !var.github_provider_exists ? 1 : 0

  url            = "https://${local.github}"
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_role" "github" {
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
  #checkov:skip=CKV_AWS_289:iam:PutRolePolicy reaches the deployment's roles only, which the boundary limits
  #checkov:skip=CKV_AWS_290:wildcards are prefixes of names, or stand where a service knows no resources (permissions.tf)
  #checkov:skip=CKV_AWS_355:as above
  #checkov:skip=CKV_AWS_288:terraform's state, which holds no secret
  #checkov:skip=CKV_AWS_286:PassRole and PutRolePolicy reach the deployment's roles only, which the boundary limits
  #checkov:skip=CKV2_AWS_40:as above
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
