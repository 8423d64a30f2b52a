# The read API: an HTTP API before the function read-api, which limits requests and writes the access log. Only with
# var.api_enabled. Keys and CORS are the function's: its own server has them, too.

locals {
  api = { for name, function in local.functions : name => function if try(function.serves, false) }

  # /health has a route of its own only so that the access log shows it apart from the others.
  api_health = "ANY /health"
  # What may come at once, of which /health has a part. Limits count for each route, and are whole numbers.
  api_burst        = floor(2 * var.api_requests_per_second)
  api_health_burst = min(2, local.api_burst - 1)
  api_routes = merge([for name in keys(local.api) : {
    (name)           = { function = name, key = "$default" }
    "${name}-health" = { function = name, key = local.api_health }
  }]...)
}

resource "aws_apigatewayv2_api" "this" {
  for_each = local.api

  name          = "${var.name}-${each.key}"
  description   = each.value.description
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_integration" "this" {
  for_each = local.api

  api_id                 = aws_apigatewayv2_api.this[each.key].id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_function.this[each.key].arn
  payload_format_version = "2.0"
  timeout_milliseconds   = 1000 * each.value.timeout
}

resource "aws_apigatewayv2_route" "this" {
  #checkov:skip=CKV_AWS_309:the function checks keys, as it does behind its own server
  for_each = local.api_routes

  api_id    = aws_apigatewayv2_api.this[each.value.function].id
  route_key = each.value.key
  target    = "integrations/${aws_apigatewayv2_integration.this[each.value.function].id}"
}

resource "aws_apigatewayv2_stage" "this" {
  for_each = local.api

  api_id      = aws_apigatewayv2_api.this[each.key].id
  name        = "$default" # without a name in the path
  auto_deploy = true

  default_route_settings {
    throttling_rate_limit  = var.api_requests_per_second
    throttling_burst_limit = local.api_burst - local.api_health_burst
  }

  # Everybody may ask for /health. With a low rate one stranger would have a monitor get 429.
  route_settings {
    route_key              = local.api_health
    throttling_rate_limit  = var.api_requests_per_second
    throttling_burst_limit = local.api_health_burst
  }
  depends_on = [aws_apigatewayv2_route.this] # AWS refuses settings of a route that is not there

  # Neither the query nor a header: both may hold secrets. Nor the path: AWS does not say that it escapes what it puts between
  # the quotes, and a decoded path may have a quote, with which a client could write fields of its own.
  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.api[each.key].arn
    format = jsonencode({
      time    = "$context.requestTime", requestId = "$context.requestId", source = "$context.identity.sourceIp"
      method  = "$context.httpMethod", route = "$context.routeKey", status = "$context.status"
      bytes   = "$context.responseLength", milliseconds = "$context.responseLatency"
      failure = "$context.integrationErrorMessage"
    })
  }
}

resource "aws_cloudwatch_log_group" "api" {
  #checkov:skip=CKV_AWS_158:encrypted with AWS's own key; a key of our own costs a dollar a month and guards no secret
  for_each = local.api

  name              = "/aws/vendedlogs/apis/${var.name}-${each.key}" # this prefix needs no resource policy
  retention_in_days = var.log_retention_days
}

# Counts what clients could not get. /health is left out: 503 is its response that every source has failed, which the alarms
# on runs report, and that the database does not answer, which all other routes meet. Whoever polls it hears of both.
resource "aws_cloudwatch_log_metric_filter" "api_failures" {
  for_each = local.api

  name           = "${var.name}-${each.key}-failures"
  log_group_name = aws_cloudwatch_log_group.api[each.key].name
  pattern        = "{ $.status = \"5*\" && $.route != \"${local.api_health}\" }"

  metric_transformation {
    namespace = var.name
    name      = "APIFailures"
    value     = "1"
  }
}

resource "aws_lambda_permission" "api" {
  for_each = local.api

  statement_id  = "HTTPAPI"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.this[each.key].function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this[each.key].execution_arn}/*" # every route of every stage
}

locals {
  api_alarms = merge([for name, api in aws_apigatewayv2_api.this : {
    "${name}-5xx" = {
      meaning    = "The read API answered 5 requests within an hour, those of /health not counted, with 5xx: the log of ${name} has the reasons, and ${aws_cloudwatch_log_group.api[name].name} those of the gateway."
      namespace  = var.name, metric = "APIFailures", statistic = "Sum", threshold = 5
      dimensions = {}
    }
    "${name}-latency" = {
      meaning    = "One of a hundred responses of the read API took more than 3 s, in an hour with a thousand requests or more."
      namespace  = "AWS/ApiGateway", metric = "Latency", statistic = "p99", threshold = 3000 # milliseconds
      dimensions = { ApiId = api.id }
    }
  }]...)
}
