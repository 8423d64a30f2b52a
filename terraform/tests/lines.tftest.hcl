# Datasets with files in S3, and the messages about complete runs.

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

run "a_dataset_that_is_not_run_has_neither_rights_nor_a_topic" {
  assert {
    condition = alltrue([
      length(aws_sns_topic.completions) == 0, output.completion_topic == null,
      !can(aws_lambda_function.this["cache-manager"].environment[0].variables["SNS_COMPLETION_TOPIC_ARN"]),
      !strcontains(aws_iam_role_policy.this["loader"].policy, "sample-weeks"),
      !strcontains(aws_iam_role_policy.this["cache-manager"].policy, "sns:Publish"),
    ])
    error_message = "A deployment without files of lines has a topic, a setting or rights for them."
  }
}

run "the_loader_may_write_the_files_and_the_cache_manager_the_topic" {
  variables {
    datasets = ["wwoz", "sample_weeks"]
  }
  assert {
    condition = { for name in ["loader", "cache-manager"] : name => sort(flatten([
      for statement in jsondecode(aws_iam_role_policy.this[name].policy).Statement : [
        for action in statement.Action : "${action} ${join(",", statement.Resource)}"
      ] if contains(["KeepFiles", "DeleteFiles", "KnowWhichFilesAreMissing", "TellCompletions", "SendTexts"], statement.Sid)
      ])) } == {
      loader = sort([
        "s3:GetObject arn:aws:s3:::sample-weeks/index/*,arn:aws:s3:::sample-weeks/raw/posts/*,arn:aws:s3:::sample-weeks/weekly/*",
        "s3:PutObject arn:aws:s3:::sample-weeks/index/*,arn:aws:s3:::sample-weeks/raw/posts/*,arn:aws:s3:::sample-weeks/weekly/*",
        "s3:DeleteObject arn:aws:s3:::sample-weeks/weekly/*",
        "s3:ListBucket arn:aws:s3:::sample-weeks",
      ])
      cache-manager = sort(["sns:Publish ${one(aws_sns_topic.completions).arn}"])
    }
    error_message = "The functions have other rights on the files or the topic, or may send texts to phones without a number."
  }
  assert {
    condition = alltrue([
      one(aws_sns_topic.completions).name == "festvibes-completions", output.completion_topic == one(aws_sns_topic.completions).arn,
      aws_lambda_function.this["cache-manager"].environment[0].variables["SNS_COMPLETION_TOPIC_ARN"] == one(aws_sns_topic.completions).arn,
      [for statement in jsondecode(aws_sns_topic_policy.this["completions"].policy).Statement : statement.Effect] == ["Deny"],
    ])
    error_message = "The topic is not the deployment's own, is not known to the cache manager, or takes messages without TLS."
  }
  assert {
    condition     = !can(aws_lambda_function.this["cache-manager"].environment[0].variables["NOTIFICATION_PHONE_NUMBER"])
    error_message = "The phone's number is personal data, and no setting."
  }
}

run "a_key_that_cannot_be_read_gives_no_right_and_fails_the_plan" {
  command = plan
  variables {
    datasets = ["sample_odd_keys"]
  }
  expect_failures = [aws_iam_role_policy.this]
  assert {
    condition     = length(local.file_entries) == 3 && length(local.file_statements) == 0
    error_message = "A key whose folder is not known gives rights on the whole bucket."
  }
}

run "another_bucket_by_a_variable" {
  command = plan
  variables {
    datasets          = ["sample_weeks"]
    dataset_variables = { SAMPLE_BUCKET = "my-weeks" }
  }
  assert {
    condition     = local.file_buckets == tolist(["arn:aws:s3:::my-weeks"])
    error_message = "The rights are for another bucket than the variable names."
  }
}

run "a_phone_is_a_secret_and_the_only_reason_for_texts" {
  variables {
    datasets = ["sample_weeks"]
    api_keys = { cache-manager = ["NOTIFICATION_PHONE_NUMBER"] }
  }
  assert {
    condition = [
      for statement in jsondecode(aws_iam_role_policy.this["cache-manager"].policy).Statement : join(" ", concat(statement.Action, statement.NotResource))
      if statement.Sid == "SendTexts"
    ] == ["sns:Publish arn:aws:sns:*:*:*"]
    error_message = "The cache manager may not send texts, or may publish to any topic."
  }
  assert {
    condition = alltrue([
      aws_lambda_function.this["cache-manager"].environment[0].variables["NOTIFICATION_PHONE_NUMBER_SECRET_ARN"] == aws_secretsmanager_secret.this["NOTIFICATION_PHONE_NUMBER"].arn,
      alltrue([for name in ["loader", "scraper", "date-range-generator", "state-machine"] : !strcontains(aws_iam_role_policy.this[name].policy, "SendTexts")]),
    ])
    error_message = "The number is not read from its secret, or another role may send texts."
  }
}
