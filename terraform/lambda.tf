resource "aws_cloudwatch_log_group" "function" {
  #checkov:skip=CKV_AWS_158:encrypted with AWS's own key; a key of our own costs a dollar a month and guards public listings
  for_each = local.functions

  name              = "/aws/lambda/${var.name}-${each.key}"
  retention_in_days = var.log_retention_days
}

resource "aws_lambda_function" "this" {
  #checkov:skip=CKV_AWS_115:of what runs invoke, the state machine's MaxConcurrency is the cap, and a reservation, which is an option, fails where the account's quota is 10; read-api, which strangers reach, has one
  #checkov:skip=CKV_AWS_116:the state machine, or the HTTP API, invokes it and sees every error; events, which only the loader gets, have a queue (ends.tf)
  #checkov:skip=CKV_AWS_173:nothing secret is in the environment, so AWS's own key is enough
  #checkov:skip=CKV_AWS_272:code signing does not exist for images; the digest says which image it is
  for_each = local.functions

  function_name = "${var.name}-${each.key}"
  description   = each.value.description
  role          = aws_iam_role.this[each.key].arn

  package_type  = "Image"
  image_uri     = "${local.account}.dkr.ecr.${var.region}.amazonaws.com/${var.name}-${each.key}@${var.image_digests[each.key]}"
  architectures = [var.architecture]
  memory_size   = each.value.memory
  timeout       = each.value.timeout

  # -1: the account's pool. Each execution has a connection to the database, so what serves requests has a bound of its own.
  reserved_concurrent_executions = try(each.value.serves, false) ? coalesce(var.api_concurrency, -1) : lookup(var.reserved_concurrency, each.key, -1)

  environment {
    variables = merge(
      { for name in local.dataset_variables[each.key] : name => var.dataset_variables[name] if can(var.dataset_variables[name]) },
      { for setting in each.value.environment : setting => local.settings[setting] if local.settings[setting] != null },
      { for secret in local.secrets[each.key] : "${secret}_SECRET_ARN" => aws_secretsmanager_secret.this[secret].arn },
      # No function reads it: with another value Lambda replaces the warm executions, which know the former secrets.
      { for name in ["SECRETS_CHANGED"] : name => var.secrets_changed if var.secrets_changed != "" && length(local.secrets[each.key]) > 0 },
    )
  }

  dynamic "vpc_config" {
    for_each = each.value.vpc && var.vpc != null ? [var.vpc] : []
    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = vpc_config.value.security_group_ids
    }
  }

  logging_config {
    log_format            = "JSON"
    log_group             = aws_cloudwatch_log_group.function[each.key].name
    application_log_level = var.log_level
    system_log_level      = "INFO" # for the reports of duration and memory
  }

  tracing_config {
    mode = "Active"
  }

  depends_on = [aws_iam_role_policy.this] # a function that starts without the permission to log has no logs
}
