# A dataset's keys are secrets of the scraper, and only where the settings name them: a dataset that nobody uses costs none.

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
}

run "without_the_datasets_of_the_apis_there_are_no_keys" {
  command = plan
  assert {
    condition     = !anytrue([for name in keys(aws_secretsmanager_secret.this) : startswith(name, "API_")])
    error_message = "A key of a dataset that is not enabled has a secret, which costs."
  }
}

run "the_keys_of_ticketmaster_and_spotify_are_secrets_of_the_scraper" {
  command = plan
  variables {
    datasets          = ["wwoz", "ticketmaster_events", "spotify_artists"]
    api_keys          = { scraper = ["API_TICKETMASTER_API_KEY", "API_SPOTIFY_CLIENT_ID", "API_SPOTIFY_CLIENT_SECRET"] }
    dataset_variables = { API_RATE_LIMIT_REQUESTS = "50", SPOTIFY_PAGE_SIZE = "10" }
  }
  assert {
    condition     = join(" ", sort([for name in keys(aws_secretsmanager_secret.this) : name if startswith(name, "API_")])) == "API_SPOTIFY_CLIENT_ID API_SPOTIFY_CLIENT_SECRET API_TICKETMASTER_API_KEY"
    error_message = "Each key needs a secret."
  }
  assert {
    condition = { for name, function in aws_lambda_function.this : name => join(" ", [
      for variable, value in one(function.environment).variables : variable if startswith(variable, "API_") || startswith(variable, "SPOTIFY_")
      ]) } == {
      date-range-generator = ""
      scraper              = "API_RATE_LIMIT_REQUESTS API_SPOTIFY_CLIENT_ID_SECRET_ARN API_SPOTIFY_CLIENT_SECRET_SECRET_ARN API_TICKETMASTER_API_KEY_SECRET_ARN SPOTIFY_PAGE_SIZE"
      loader               = ""
      cache-manager        = ""
    }
    error_message = "The keys are the scraper's, and their values are in no environment."
  }
}

run "workouts_have_what_the_readme_says_without_a_database" {
  command = plan
  variables {
    datasets = ["invictus_wod"]
    database = false
    api_keys = { scraper = ["INVICTUS_PASS"] }
    dataset_variables = {
      INVICTUS_WEIGHTLIFTING_API = "https://gym.example/wp-json/wp/v2/posts"
      INVICTUS_USER              = "coach"
      INVICTUS_BUCKET            = "my-weeks"
      DYNAMODB_TABLE             = "Workouts"
      IDEMPOTENCY_TABLE          = "done"
    }
  }
  assert {
    condition = [keys(aws_dynamodb_table.items), keys(aws_dynamodb_table.idempotency), local.file_buckets, keys(aws_secretsmanager_secret.this)] == [
      ["Workouts"], ["done"], tolist(["arn:aws:s3:::my-weeks"]), ["INVICTUS_PASS"],
    ]
    error_message = "Other tables, buckets or secrets are made: ${jsonencode([keys(aws_dynamodb_table.items), keys(aws_dynamodb_table.idempotency), local.file_buckets, keys(aws_secretsmanager_secret.this)])}"
  }
  assert {
    condition     = length(aws_sns_topic.completions) == 1
    error_message = "Nobody could hear that a run is complete."
  }
}
