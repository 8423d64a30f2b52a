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
  assert {
    condition     = alltrue([for each in aws_lambda_function.this : !can(one(each.environment).variables.SECRETS_CHANGED)])
    error_message = "Without secrets_changed no function has a trace of it."
  }
}

run "it_is_made_with_its_gateway_and_its_secrets" {
  variables {
    api_enabled             = true
    api_cors_origins        = ["https://example.org"]
    api_requests_per_second = 7
    vpc                     = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] }
    secrets_changed         = "2026-11-29"
  }
  assert {
    condition = {
      for name, each in aws_lambda_function.this : name => try(one(each.environment).variables.SECRETS_CHANGED, "")
    } == { date-range-generator = "", scraper = "", loader = "2026-11-29", cache-manager = "2026-11-29", read-api = "2026-11-29" }
    error_message = "A new value must change each function that has secrets, whose warm executions are replaced, and no other."
  }
  assert {
    condition     = one(aws_lambda_function.this["read-api"].environment).variables.API_CORS_ORIGINS == "https://example.org" && !can(one(aws_lambda_function.this["read-api"].environment).variables.API_PUBLIC) && can(one(aws_lambda_function.this["read-api"].environment).variables.API_KEY_SECRET_ARN) && can(one(aws_lambda_function.this["read-api"].environment).variables.API_DATABASE_URL_SECRET_ARN) && !can(one(aws_lambda_function.this["read-api"].environment).variables.PG_DATABASE_URL_SECRET_ARN)
    error_message = "It needs the key and the database of the role that only reads, and is not public."
  }
  assert {
    condition     = aws_apigatewayv2_integration.this["read-api"].payload_format_version == "2.0" && aws_apigatewayv2_stage.this["read-api"].name == "$default" && one(aws_apigatewayv2_stage.this["read-api"].default_route_settings).throttling_rate_limit == 7 && one(aws_apigatewayv2_stage.this["read-api"].default_route_settings).throttling_burst_limit == 12
    error_message = "The HTTP API has another form, or other limits."
  }
  assert {
    condition     = !can(regex("(?i)query|header|authorizer", one(aws_apigatewayv2_stage.this["read-api"].access_log_settings).format))
    error_message = "The access log must have neither the query nor a header: both may hold secrets."
  }
  assert {
    condition = alltrue([for field in values(jsondecode(one(aws_apigatewayv2_stage.this["read-api"].access_log_settings).format)) : contains([
      "requestTime", "requestId", "identity.sourceIp", "httpMethod", "routeKey", "status", "responseLength", "responseLatency",
      "integrationErrorMessage",
    ], trimprefix(field, "$context."))])
    error_message = "The access log has a field that a client may write: with a quote in it a client forges the others."
  }
  assert {
    condition     = toset([for route in aws_apigatewayv2_route.this : route.route_key]) == toset(["$default", "ANY /health"]) && length(distinct([for route in aws_apigatewayv2_route.this : route.target])) == 1
    error_message = "The access log cannot tell /health from the rest, or the routes do not lead to the one function."
  }
  assert {
    condition     = aws_lambda_permission.api["read-api"].principal == "apigateway.amazonaws.com" && aws_lambda_permission.api["read-api"].source_arn == "${aws_apigatewayv2_api.this["read-api"].execution_arn}/*"
    error_message = "Others than this API may call the function, or not all of its routes may."
  }
  assert {
    condition     = alltrue([for statement in jsondecode(aws_iam_role_policy.this["read-api"].policy).Statement : alltrue([for action in statement.Action : !can(regex("(?i):(put|delete|publish|update|create|send|start)", action))]) || contains(["Trace", "Log", "Connect", "ConnectByLambdaOnly", "WriteObjects"], statement.Sid)])
    error_message = "It may write something else than reports."
  }
  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.this["read-api"].policy).Statement : [statement.Action, statement.Resource] if statement.Sid == "WriteObjects"] == [[["s3:PutObject"], ["${aws_s3_bucket.data.arn}/reports/*"]]]
    error_message = "It stores the reports of runs, under reports/ alone."
  }
  assert {
    condition     = one(aws_lambda_function.this["read-api"].environment).variables.S3_BUCKET_NAME == aws_s3_bucket.data.bucket && one(aws_lambda_function.this["read-api"].environment).variables.S3_REGION == "us-east-1"
    error_message = "It does not know where it stores reports."
  }
  assert {
    condition     = anytrue([for statement in jsondecode(aws_iam_role_policy.this["state-machine"].policy).Statement : contains(try(tolist(statement.Resource), []), local.function_arns["read-api"]) && contains(statement.Action, "lambda:InvokeFunction")]) && strcontains(aws_sfn_state_machine.etl.definition, "\"reporter\": \"${aws_lambda_function.this["read-api"].arn}\"")
    error_message = "The state machine does not have it store the report of a run, or may not."
  }
  assert {
    condition     = jsondecode(aws_sfn_state_machine.etl.definition).States.StoreReport.TimeoutSeconds > aws_lambda_function.this["read-api"].timeout
    error_message = "The state machine gives up on a report that may still be stored."
  }
  assert {
    condition     = join(" ", [for name in keys(aws_cloudwatch_metric_alarm.this) : name if startswith(name, "read-api")]) == "read-api-5xx read-api-errors read-api-latency read-api-slow read-api-throttled"
    error_message = "An alarm is missing."
  }
  assert {
    condition     = [for name, alarm in aws_cloudwatch_metric_alarm.this : [name, alarm.extended_statistic] if alarm.evaluate_low_sample_count_percentiles == "ignore"] == [["read-api-latency", "p99"]]
    error_message = "With a few requests p99 is the slowest one, and a cold start raises the alarm."
  }
  assert {
    condition     = aws_cloudwatch_log_metric_filter.api_failures["read-api"].log_group_name == aws_cloudwatch_log_group.api["read-api"].name && aws_cloudwatch_log_metric_filter.api_failures["read-api"].pattern == "{ $.status = \"5*\" && $.route != \"ANY /health\" }" && aws_cloudwatch_metric_alarm.this["read-api-5xx"].namespace == "festvibes" && aws_cloudwatch_metric_alarm.this["read-api-5xx"].metric_name == one(aws_cloudwatch_log_metric_filter.api_failures["read-api"].metric_transformation).name
    error_message = "Who polls /health while a source has failed raises an alarm about the API."
  }
  assert {
    condition     = [for field in ["status", "route"] : jsondecode(one(aws_apigatewayv2_stage.this["read-api"].access_log_settings).format)[field]] == ["$context.status", "$context.routeKey"]
    error_message = "The access log lacks what the alarm counts by."
  }
}

# Strangers reach it, and each execution has a connection of the database that runs need, too.
run "its_executions_have_a_bound" {
  command = plan
  variables {
    api_enabled = true
  }
  assert {
    condition     = { for name, function in aws_lambda_function.this : name => function.reserved_concurrent_executions } == { date-range-generator = -1, scraper = -1, loader = -1, cache-manager = -1, read-api = 10 }
    error_message = "It may have more executions, or the functions of runs have fewer."
  }
  assert {
    condition     = one(aws_apigatewayv2_stage.this["read-api"].default_route_settings).throttling_burst_limit + one(aws_apigatewayv2_stage.this["read-api"].route_settings).throttling_burst_limit == var.api_concurrency
    error_message = "By default more requests may come at once than there are executions for: those would be answered with 5xx instead of 429."
  }
  assert {
    condition     = local.connections == { cache-manager = 5, loader = 5, read-api = 10 }
    error_message = "Its connections are not counted: ${jsonencode(local.connections)}"
  }
}

run "the_bound_is_a_setting" {
  command = plan
  variables {
    api_enabled     = true
    api_concurrency = 3
    datasets        = ["wwoz", "sample"]
  }
  assert {
    condition     = aws_lambda_function.this["read-api"].reserved_concurrent_executions == 3 && local.connections == { cache-manager = 10, loader = 10, read-api = 3 }
    error_message = "The setting does not reach the function, or its connections are not counted: ${jsonencode(local.connections)}"
  }
}

run "what_may_come_at_once_is_twice_the_rate" {
  command = plan
  variables {
    api_enabled             = true
    api_requests_per_second = 1
  }
  assert {
    condition     = [one(aws_apigatewayv2_stage.this["read-api"].default_route_settings).throttling_burst_limit, one(aws_apigatewayv2_stage.this["read-api"].route_settings).throttling_burst_limit] == [1, 1]
    error_message = "More than two may come at once, or nothing may."
  }
}

run "a_stranger_does_not_use_up_what_a_monitor_needs" {
  command = plan
  variables {
    api_enabled = true
  }
  assert {
    condition     = one(aws_apigatewayv2_stage.this["read-api"].route_settings).throttling_rate_limit == one(aws_apigatewayv2_stage.this["read-api"].default_route_settings).throttling_rate_limit
    error_message = "/health is open, and has a lower rate than the rest."
  }
}

run "where_the_quota_is_small_there_is_no_reservation" {
  command = plan
  variables {
    api_enabled             = true
    api_concurrency         = null
    api_requests_per_second = 1.5
  }
  assert {
    condition     = aws_lambda_function.this["read-api"].reserved_concurrent_executions == -1 && local.connections["read-api"] == 1 + (2 + 2 * 15) * 2
    error_message = "There is a reservation, which fails where the quota is 10; or not all requests are counted that may be there at once: ${jsonencode(local.connections)}"
  }
}

run "its_bound_is_not_that_of_runs" {
  command = plan
  variables {
    api_enabled          = true
    reserved_concurrency = { read-api = 20 }
  }
  expect_failures = [var.reserved_concurrency]
}

run "a_bound_is_a_whole_number" {
  command = plan
  variables {
    api_enabled     = true
    api_concurrency = 0
  }
  expect_failures = [var.api_concurrency]
}

# The operators' page knows definitions; which of them something starts, only the deployment knows.
run "it_knows_the_schedules_that_are_on" {
  command = plan
  variables {
    api_enabled = true
    datasets    = ["wwoz", "sample_jobs", "sample"]
    schedules   = { wwoz = { enabled = false }, "sample_jobs/hourly" = { enabled = false } }
  }
  assert {
    condition     = one(aws_lambda_function.this["read-api"].environment).variables.API_SCHEDULES == "sample_jobs,sample_jobs/office_hours"
    error_message = "It expects other runs than those that schedules start: ${one(aws_lambda_function.this["read-api"].environment).variables.API_SCHEDULES}"
  }
}

run "without_a_schedule_it_expects_no_run" {
  command = plan
  variables {
    api_enabled = true
    datasets    = []
  }
  assert {
    condition     = one(aws_lambda_function.this["read-api"].environment).variables.API_SCHEDULES == ""
    error_message = "It expects runs that nothing starts."
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
