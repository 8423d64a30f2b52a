# The enricher, which is left out unless it is enabled. The other files' tests are without it.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  image_digests = {
    date-range-generator = "sha256:1111111111111111111111111111111111111111111111111111111111111111"
    scraper              = "sha256:2222222222222222222222222222222222222222222222222222222222222222"
    loader               = "sha256:3333333333333333333333333333333333333333333333333333333333333333"
    cache-manager        = "sha256:4444444444444444444444444444444444444444444444444444444444444444"
    enricher             = "sha256:5555555555555555555555555555555555555555555555555555555555555555"
  }
}

run "it_is_left_out_though_its_image_was_pushed" {
  assert {
    condition     = toset(keys(aws_lambda_function.this)) == toset(["cache-manager", "date-range-generator", "loader", "scraper"]) && !can(aws_iam_role.this["enricher"]) && !can(aws_cloudwatch_log_group.function["enricher"])
    error_message = "There is more than the four functions."
  }
  assert {
    condition     = length([for name in keys(aws_cloudwatch_metric_alarm.this) : name if startswith(name, "enricher")]) == 0 && !strcontains(aws_cloudwatch_dashboard.this.dashboard_body, "enricher")
    error_message = "Something watches a function that is not there."
  }
  assert {
    condition     = jsondecode(aws_sfn_state_machine.etl.definition).States[jsondecode(aws_sfn_state_machine.etl.definition).StartAt] != null && strcontains(aws_sfn_state_machine.etl.definition, "\"enricher\": \"\"")
    error_message = "The state machine calls a function that is not there."
  }
  assert {
    condition     = !contains(keys(local.connections), "enricher")
    error_message = "Connections are counted for a function that is not there."
  }
}

run "it_is_made_with_its_role_and_its_secrets" {
  variables {
    enrichment_enabled = true
    vpc                = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] }
  }
  assert {
    condition     = aws_lambda_function.this["enricher"].memory_size == 512 && aws_lambda_function.this["enricher"].timeout == 300 && one(aws_lambda_function.this["enricher"].vpc_config).subnet_ids == toset(["subnet-1"])
    error_message = "It has other limits than functions.yaml says, or is not in the VPC of the database."
  }
  assert {
    condition     = endswith(aws_lambda_function.this["enricher"].image_uri, "/festvibes-enricher@${var.image_digests.enricher}")
    error_message = "It runs another image."
  }
  assert {
    condition     = join(" ", keys(one(aws_lambda_function.this["enricher"].environment).variables)) == "PG_DATABASE_URL_SECRET_ARN"
    error_message = "By default it needs the database only: the Census asks for no key, and the image has the weights."
  }
  assert {
    condition     = join(" ", [for statement in jsondecode(aws_iam_role_policy.this["enricher"].policy).Statement : statement.Sid]) == "Trace Log ReadSecrets Connect ConnectByLambdaOnly"
    error_message = "It may do more or less than to log, to read its secrets and to be in the VPC."
  }
  assert {
    condition     = strcontains(aws_sfn_state_machine.etl.definition, "\"enricher\": \"${aws_lambda_function.this["enricher"].arn}\"")
    error_message = "The state machine does not call it."
  }
  assert {
    condition     = jsondecode(aws_sfn_state_machine.etl.definition).States.Enrich.TimeoutSeconds > aws_lambda_function.this["enricher"].timeout
    error_message = "The state machine gives up on it while it still works."
  }
  assert {
    condition     = anytrue([for statement in jsondecode(aws_iam_role_policy.this["state-machine"].policy).Statement : contains(try(tolist(statement.Resource), []), local.function_arns.enricher) && contains(statement.Action, "lambda:InvokeFunction")])
    error_message = "The state machine may not call it."
  }
  assert {
    condition     = join(" ", [for name in keys(aws_cloudwatch_metric_alarm.this) : name if startswith(name, "enricher")]) == "enricher-errors enricher-throttled"
    error_message = "It has alarms on errors and throttles, and none on its duration: it works until its time is nearly up."
  }
  assert {
    condition     = length([for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : widget if widget.properties.title == "Enrichment"]) == 1 && strcontains(aws_cloudwatch_dashboard.this.dashboard_body, "festvibes-enricher")
    error_message = "The dashboard does not show it."
  }
}

run "google_has_a_key_and_an_own_server_an_address" {
  command = plan
  variables {
    enrichment_enabled = true
    geocoder           = "google"
  }
  assert {
    condition     = { for name, function in aws_lambda_function.this : name => contains(local.secrets[name], "GOOGLE_MAPS_API_KEY") } == { cache-manager = false, date-range-generator = false, enricher = true, loader = false, scraper = false } && contains(keys(aws_secretsmanager_secret.this), "GOOGLE_MAPS_API_KEY")
    error_message = "The key is a secret of the enricher alone."
  }
}

run "nominatim_needs_an_address" {
  command = plan
  variables {
    enrichment_enabled = true
    geocoder           = "nominatim"
  }
  expect_failures = [var.geocoder_url]
}

run "nominatim_with_an_address" {
  command = plan
  variables {
    enrichment_enabled = true
    geocoder           = "nominatim"
    geocoder_url       = "https://geocoder.example.com"
  }
  assert {
    condition     = one(aws_lambda_function.this["enricher"].environment).variables.GEOCODER_URL == "https://geocoder.example.com" && one(aws_lambda_function.this["enricher"].environment).variables.GEOCODER == "nominatim"
    error_message = "The function does not know its geocoder."
  }
}

run "an_enabled_function_needs_an_image" {
  command = plan
  variables {
    enrichment_enabled = true
    image_digests = {
      date-range-generator = "sha256:1111111111111111111111111111111111111111111111111111111111111111"
      scraper              = "sha256:2222222222222222222222222222222222222222222222222222222222222222"
      loader               = "sha256:3333333333333333333333333333333333333333333333333333333333333333"
      cache-manager        = "sha256:4444444444444444444444444444444444444444444444444444444444444444"
    }
  }
  expect_failures = [var.image_digests]
}
