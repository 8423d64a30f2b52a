# The read API, which is left out unless it is enabled. The other files' tests are without it.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  image_digests = {
    date-range-generator = "sha256:1111111111111111111111111111111111111111111111111111111111111111"
    scraper              = "sha256:2222222222222222222222222222222222222222222222222222222222222222"
    loader               = "sha256:3333333333333333333333333333333333333333333333333333333333333333"
    cache-manager        = "sha256:4444444444444444444444444444444444444444444444444444444444444444"
    read-api             = "sha256:6666666666666666666666666666666666666666666666666666666666666666"
  }
}

run "it_is_left_out_though_its_image_was_pushed" {
  assert {
    condition     = !can(aws_lambda_function.this["read-api"]) && length(aws_apigatewayv2_api.this) == 0 && length(aws_cloudwatch_log_group.api) == 0 && length(aws_lambda_permission.api) == 0
    error_message = "There is something of the API."
  }
  assert {
    condition     = length([for name in keys(aws_cloudwatch_metric_alarm.this) : name if startswith(name, "read-api")]) == 0 && !contains(keys(aws_secretsmanager_secret.this), "API_KEY") && output.api_url == null
    error_message = "Something watches or holds what is not there."
  }
}

run "it_is_made_with_its_gateway_and_its_secrets" {
  variables {
    api_enabled             = true
    api_cors_origins        = ["https://example.org"]
    api_requests_per_second = 7
    vpc                     = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] }
  }
  assert {
    condition     = one(aws_lambda_function.this["read-api"].environment).variables.API_CORS_ORIGINS == "https://example.org" && !can(one(aws_lambda_function.this["read-api"].environment).variables.API_PUBLIC) && can(one(aws_lambda_function.this["read-api"].environment).variables.API_KEY_SECRET_ARN) && can(one(aws_lambda_function.this["read-api"].environment).variables.API_DATABASE_URL_SECRET_ARN) && !can(one(aws_lambda_function.this["read-api"].environment).variables.PG_DATABASE_URL_SECRET_ARN)
    error_message = "It needs the key and the database of the role that only reads, and is not public."
  }
  assert {
    condition     = aws_apigatewayv2_integration.this["read-api"].payload_format_version == "2.0" && aws_apigatewayv2_stage.this["read-api"].name == "$default" && one(aws_apigatewayv2_stage.this["read-api"].default_route_settings).throttling_rate_limit == 7 && one(aws_apigatewayv2_stage.this["read-api"].default_route_settings).throttling_burst_limit == 14
    error_message = "The HTTP API has another form, or other limits."
  }
  assert {
    condition     = !can(regex("(?i)query|header|authorizer", one(aws_apigatewayv2_stage.this["read-api"].access_log_settings).format))
    error_message = "The access log must have neither the query nor a header: both may hold secrets."
  }
  assert {
    condition     = aws_lambda_permission.api["read-api"].principal == "apigateway.amazonaws.com" && endswith(aws_lambda_permission.api["read-api"].source_arn, "/*/$default")
    error_message = "Others than this API may call the function."
  }
  assert {
    condition     = alltrue([for statement in jsondecode(aws_iam_role_policy.this["read-api"].policy).Statement : alltrue([for action in statement.Action : !can(regex("(?i):(put|delete|publish|update|create|send|start)", action))]) || contains(["Trace", "Log", "Connect", "ConnectByLambdaOnly"], statement.Sid)])
    error_message = "It may write."
  }
  assert {
    condition     = !anytrue([for statement in jsondecode(aws_iam_role_policy.this["state-machine"].policy).Statement : contains(try(tolist(statement.Resource), []), local.function_arns["read-api"])]) && !strcontains(aws_sfn_state_machine.etl.definition, "read-api")
    error_message = "It has no part in a run."
  }
  assert {
    condition     = join(" ", [for name in keys(aws_cloudwatch_metric_alarm.this) : name if startswith(name, "read-api")]) == "read-api-5xx read-api-errors read-api-latency read-api-slow read-api-throttled" && aws_cloudwatch_metric_alarm.this["read-api-latency"].extended_statistic == "p99"
    error_message = "An alarm is missing."
  }
}

run "public_by_configuration" {
  command = plan
  variables {
    api_enabled = true
    api_public  = true
  }
  assert {
    condition     = one(aws_lambda_function.this["read-api"].environment).variables.API_PUBLIC == "true"
    error_message = "It is not public."
  }
}

run "it_needs_the_database" {
  command = plan
  variables {
    api_enabled = true
    database    = false
    datasets    = ["sample_series"]
  }
  expect_failures = [var.api_enabled]
}
