# Invariants of the deployment. States are found by what they do, not by their names.

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
  alert_emails   = ["operator@example.com"]
  alert_webhooks = { chat = "https://chat.example.com/hook" }
  api_keys       = { loader = ["GOOGLE_MAPS_API_KEY"] }
}

run "the_state_machine_is_the_repositorys_definition" {
  assert {
    condition     = jsondecode(aws_sfn_state_machine.etl.definition).States.ProcessItems.MaxConcurrency == 5
    error_message = "The state machine does not process five items at once."
  }
  assert {
    condition     = jsondecode(aws_sfn_state_machine.etl.definition).States.ProcessItems.ToleratedFailurePercentage == "{% $run.max_failures = 0 ? 0 : $run.max_failures != null or $run.trigger in ['manual', 'replay'] or $count($items) < 10 ? 100 : 10 %}"
    error_message = "A scheduled run of ten or more items does not tolerate that 10 % fail, or any other run that all do."
  }
  assert {
    condition     = jsondecode(aws_sfn_state_machine.etl.definition).States.ProcessItems.ItemProcessor.ProcessorConfig.Mode == "DISTRIBUTED"
    error_message = "The Map is not distributed: no other Map tolerates failures."
  }
  assert {
    condition     = jsondecode(aws_sfn_state_machine.etl.definition).States.PlanItems.Arguments.FunctionName == aws_lambda_function.this["date-range-generator"].arn && jsondecode(aws_sfn_state_machine.etl.definition).States.PublishSummary.Arguments.TopicArn == aws_sns_topic.runs.arn
    error_message = "The state machine calls other functions or topics than those that are deployed."
  }
  assert {
    condition     = aws_sfn_state_machine.etl.logging_configuration[0].level == "ALL" && aws_sfn_state_machine.etl.tracing_configuration[0].enabled
    error_message = "The state machine does not log or trace."
  }
}

run "the_data_bucket_is_private_and_keeps_its_objects" {
  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.data.block_public_acls, aws_s3_bucket_public_access_block.data.block_public_policy,
      aws_s3_bucket_public_access_block.data.ignore_public_acls, aws_s3_bucket_public_access_block.data.restrict_public_buckets,
      one(aws_s3_bucket_ownership_controls.data.rule).object_ownership == "BucketOwnerEnforced",
    ])
    error_message = "It must not be public."
  }
  assert {
    condition = anytrue([
      for statement in jsondecode(aws_s3_bucket_policy.data.policy).Statement : alltrue([
        statement.Effect == "Deny", statement.Principal == "*", statement.Action == "s3:*",
        statement.Resource == [aws_s3_bucket.data.arn, "${aws_s3_bucket.data.arn}/*"],
        statement.Condition == { Bool = { "aws:SecureTransport" = "false" } },
      ])
    ])
    error_message = "It must refuse requests without TLS."
  }
  assert {
    condition     = alltrue([for statement in jsondecode(aws_s3_bucket_policy.data.policy).Statement : statement.Effect == "Deny"])
    error_message = "Its policy must not allow anything."
  }
  assert {
    condition     = aws_s3_bucket_versioning.data.versioning_configuration[0].status == "Enabled" && aws_s3_bucket.data.force_destroy == false
    error_message = "Overwritten objects can be restored, and terraform destroy does not delete the bucket."
  }
  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.data.rule).apply_server_side_encryption_by_default).sse_algorithm == "AES256"
    error_message = "It is encrypted."
  }
  assert {
    condition = {
      for rule in aws_s3_bucket_lifecycle_configuration.data.rule : rule.id => join(" ", [
        rule.status, endswith(rule.filter[0].prefix, "/") ? rule.filter[0].prefix : "everything", # the mock invents a prefix where there is none
        try("expires ${rule.expiration[0].days}", "-"),
        try("noncurrent ${rule.noncurrent_version_expiration[0].noncurrent_days}", "-"),
        try("uploads ${rule.abort_incomplete_multipart_upload[0].days_after_initiation}", "-"),
      ])
      } == {
      "remains"               = "Enabled everything - noncurrent 30 uploads 7"
      "former pages"          = "Enabled pages/ - noncurrent 1 -"
      "old raw"               = "Enabled raw/ expires 400 - -"
      "old pages"             = "Enabled pages/ expires 30 - -"
      "old pages/wwoz/claims" = "Enabled pages/wwoz/claims/ expires 2 - -"
      "old pages/progress"    = "Enabled pages/progress/ expires 1 - -"
      "old reports"           = "Enabled reports/ expires 90 - -"
    }
    error_message = "A retention period is wrong."
  }
}

run "old_objects_move_to_glacier_and_stay_readable" {
  command = plan
  variables {
    archive_after_days = { "raw/" = 60, "raw_events/" = 1 }
  }
  assert {
    condition = {
      for rule in aws_s3_bucket_lifecycle_configuration.data.rule : rule.filter[0].prefix => join(" ", compact([
        try("${one(rule.transition).storage_class} after ${one(rule.transition).days}", ""),
        try("expires ${rule.expiration[0].days}", ""),
      ])) if startswith(rule.id, "old ")
      } == {
      "raw/"               = "GLACIER_IR after 60 expires 400"
      "raw_events/"        = "GLACIER_IR after 1"
      "pages/"             = "expires 30"
      "pages/wwoz/claims/" = "expires 2"
      "pages/progress/"    = "expires 1"
      "reports/"           = "expires 90"
    }
    error_message = "A prefix has one rule, which moves its objects to the class that a replay can read at once."
  }
}

run "objects_stay_in_glacier_as_long_as_it_bills_them" {
  command = plan
  variables {
    archive_after_days = { "raw/wwoz/" = 311 }
  }
  expect_failures = [var.archive_after_days]
}

run "ninety_days_before_their_end_objects_may_move" {
  command = plan
  variables {
    archive_after_days = { "raw/wwoz/" = 310 }
  }
}

run "retention_periods_are_settings" {
  command = plan
  variables {
    noncurrent_days = 5
    retention_days  = { "raw/" = 10 }
  }
  assert {
    condition = {
      for rule in aws_s3_bucket_lifecycle_configuration.data.rule : rule.id => try(rule.expiration[0].days, rule.noncurrent_version_expiration[0].noncurrent_days)
    } == { "remains" = 5, "former pages" = 1, "old raw" = 10 }
    error_message = "A setting has no effect."
  }
}

run "a_function_gets_the_variables_that_its_sections_of_the_definitions_name" {
  command = plan
  variables {
    dataset_variables = { SAMPLE_ZONE = "UTC", SAMPLE_PATH = "p", SAMPLE_RATE = "9", SAMPLE_TABLE = "t", SAMPLE_SUFFIX = "s", SAMPLE_LOCKS = "other-locks" }
    api_keys          = { scraper = ["SAMPLE_KEY"] }
  }
  assert {
    condition = { for name, function in aws_lambda_function.this : name => join(" ", [
      for variable, value in one(function.environment).variables : variable if startswith(variable, "SAMPLE_")
      ]) } == {
      date-range-generator = "SAMPLE_ZONE"
      scraper              = "SAMPLE_KEY_SECRET_ARN SAMPLE_LOCKS SAMPLE_PATH SAMPLE_RATE SAMPLE_ZONE"
      loader               = "SAMPLE_LOCKS SAMPLE_SUFFIX SAMPLE_TABLE SAMPLE_ZONE"
      cache-manager        = "SAMPLE_SUFFIX SAMPLE_TABLE SAMPLE_ZONE"
    }
    error_message = "A function lacks a variable of a section that it reads, or has one of another's."
  }
  assert {
    condition     = contains(keys(aws_dynamodb_table.locks), "other-locks")
    error_message = "The table of the locks is not the one that the variable names."
  }
}

run "the_table_of_a_definitions_locks_is_made" {
  command = plan
  assert {
    condition     = { for name, table in aws_dynamodb_table.locks : name => "${table.billing_mode} ${table.hash_key}" } == { etl-locks = "PAY_PER_REQUEST lock_key" }
    error_message = "The locks of the datasets need a table with the key lock_key, billed by request."
  }
}

run "a_variable_that_no_definition_names_is_refused" {
  command = plan
  variables {
    dataset_variables = { SAMPLE_PATHS = "p", NOT_A_VARIABLE = "x" }
  }
  expect_failures = [var.dataset_variables]
}

run "functions_run_their_images_and_have_no_secret_in_their_environment" {
  assert {
    condition = { for name, function in aws_lambda_function.this : name => function.image_uri } == {
      for name, digest in var.image_digests : name => "123456789012.dkr.ecr.us-east-1.amazonaws.com/festvibes-${name}@${digest}"
    }
    error_message = "Images must be named by their digests."
  }
  assert {
    condition = { for name, function in aws_lambda_function.this : name => join(" ", sort(keys(one(function.environment).variables))) } == {
      date-range-generator = ""
      scraper              = "BASE_URL S3_BUCKET_NAME S3_REGION"
      loader               = "GOOGLE_MAPS_API_KEY_SECRET_ARN MIN_LISTING_RATIO PG_DATABASE_URL_SECRET_ARN S3_BUCKET_NAME S3_REGION"
      cache-manager        = "PG_DATABASE_URL_SECRET_ARN REDIS_URL_SECRET_ARN S3_BUCKET_NAME S3_REGION"
    }
    error_message = "A function's environment has the wrong variables; secrets are passed by their ARNs."
  }
  assert {
    condition = alltrue(flatten([for function in aws_lambda_function.this : [
      for name, value in one(function.environment).variables :
      endswith(name, "_SECRET_ARN") ? startswith(value, "arn:aws:secretsmanager:") : !can(regex("://[^/]*@|(?i)password|secret|api_?key", "${name}=${value}"))
    ]]))
    error_message = "An environment contains a secret."
  }
  assert {
    condition     = alltrue([for function in aws_lambda_function.this : function.tracing_config[0].mode == "Active" && function.logging_config[0].log_format == "JSON"])
    error_message = "Every function must trace, and log JSON."
  }
  assert {
    condition     = alltrue([for group in concat(values(aws_cloudwatch_log_group.function), [aws_cloudwatch_log_group.state_machine]) : group.retention_in_days == 365]) && length(aws_cloudwatch_log_group.function) == 4
    error_message = "Logs must be deleted after a year."
  }
}

run "no_function_has_a_share_of_the_quota_by_default" {
  command = plan
  assert {
    condition     = alltrue([for function in aws_lambda_function.this : function.reserved_concurrent_executions == -1])
    error_message = "A reservation fails where the account's quota is 10."
  }
}

run "a_function_can_have_executions_of_its_own" {
  command = plan
  variables {
    reserved_concurrency = { loader = 10, date-range-generator = 1 }
  }
  assert {
    condition = { for name, function in aws_lambda_function.this : name => function.reserved_concurrent_executions } == {
      date-range-generator = 1, scraper = -1, loader = 10, cache-manager = -1
    }
    error_message = "The setting does not reach the function."
  }
}

run "a_run_is_not_throttled_by_a_setting" {
  command = plan
  variables {
    reserved_concurrency = { scraper = 4 }
  }
  expect_failures = [var.reserved_concurrency]
}

run "only_known_functions_have_a_share" {
  command = plan
  variables {
    reserved_concurrency = { crawler = 5 }
  }
  expect_failures = [var.reserved_concurrency]
}

# A task's timeout is longer than its function's, so that the state machine does not give up on a function that still works.
run "the_state_machine_waits_for_the_functions" {
  assert {
    condition = alltrue([
      for state in concat(
        values(jsondecode(aws_sfn_state_machine.etl.definition).States),
        values(jsondecode(aws_sfn_state_machine.etl.definition).States.ProcessItems.ItemProcessor.States),
      ) :
      state.TimeoutSeconds > { for function in aws_lambda_function.this : function.arn => function.timeout }[state.Arguments.FunctionName]
      if try(state.Resource, "") == "arn:aws:states:::lambda:invoke" && !startswith(try(state.Arguments.FunctionName, ""), "{%") # enrichment.tftest.hcl has that one
    ])
    error_message = "A task times out before its function does."
  }
}

run "failures_are_reported" {
  assert {
    condition = [
      jsondecode(aws_sfn_state_machine.etl.definition).States.Summarise.Output.trigger,
      jsondecode(aws_sfn_state_machine.etl.definition).States.DescribeRun.Assign.run.trigger,
      jsondecode(aws_sfn_state_machine.etl.definition).States.RunDone.Type,
    ] == ["{% $run.trigger %}", "{% ( $given := $states.context.Execution.Input.trigger; $exists($states.input.replay) and $states.input.replay != null ? 'replay' : $given in ['schedule', 'event'] ? $given : $type($states.context.Execution.Input.detail) = 'object' and $states.context.Execution.Input.detail ? 'event' : 'manual' ) %}", "Succeed"]
    error_message = "A run's output does not say that the schedule started it, which the alarm on a missing run reads."
  }
  assert {
    condition = {
      for name, alarm in aws_cloudwatch_metric_alarm.this :
      name => join(" ", [alarm.namespace, alarm.metric_name, alarm.statistic, alarm.threshold, jsonencode(alarm.dimensions)])
      } == {
      run-failed                     = "AWS/States ExecutionsFailed Sum 1 {\"StateMachineArn\":\"arn:aws:states:us-east-1:123456789012:stateMachine:mock\"}"
      run-timed-out                  = "AWS/States ExecutionsTimedOut Sum 1 {\"StateMachineArn\":\"arn:aws:states:us-east-1:123456789012:stateMachine:mock\"}"
      run-aborted                    = "AWS/States ExecutionsAborted Sum 1 {\"StateMachineArn\":\"arn:aws:states:us-east-1:123456789012:stateMachine:mock\"}"
      undelivered                    = "AWS/SQS ApproximateNumberOfMessagesVisible Maximum 1 {\"QueueName\":\"festvibes-undelivered\"}"
      not-started                    = "AWS/SQS ApproximateNumberOfMessagesVisible Maximum 1 {\"QueueName\":\"festvibes-not-started\"}"
      date-range-generator-errors    = "AWS/Lambda Errors Sum 4 {\"FunctionName\":\"festvibes-date-range-generator\"}"
      date-range-generator-throttled = "AWS/Lambda Throttles Sum 1 {\"FunctionName\":\"festvibes-date-range-generator\"}"
      date-range-generator-slow      = "AWS/Lambda Duration Maximum 24000 {\"FunctionName\":\"festvibes-date-range-generator\"}"
      scraper-errors                 = "AWS/Lambda Errors Sum 13 {\"FunctionName\":\"festvibes-scraper\"}"
      scraper-throttled              = "AWS/Lambda Throttles Sum 1 {\"FunctionName\":\"festvibes-scraper\"}"
      scraper-slow                   = "AWS/Lambda Duration Maximum 240000 {\"FunctionName\":\"festvibes-scraper\"}"
      loader-errors                  = "AWS/Lambda Errors Sum 22 {\"FunctionName\":\"festvibes-loader\"}"
      loader-throttled               = "AWS/Lambda Throttles Sum 1 {\"FunctionName\":\"festvibes-loader\"}"
      loader-slow                    = "AWS/Lambda Duration Maximum 96000 {\"FunctionName\":\"festvibes-loader\"}"
      cache-manager-errors           = "AWS/Lambda Errors Sum 22 {\"FunctionName\":\"festvibes-cache-manager\"}"
      cache-manager-throttled        = "AWS/Lambda Throttles Sum 1 {\"FunctionName\":\"festvibes-cache-manager\"}"
      cache-manager-slow             = "AWS/Lambda Duration Maximum 48000 {\"FunctionName\":\"festvibes-cache-manager\"}"
    }
    error_message = "An alarm is missing, or has the wrong metric."
  }
  assert {
    condition = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : alltrue([
      alarm.comparison_operator == "GreaterThanOrEqualToThreshold", alarm.treat_missing_data == "notBreaching",
      alarm.period == 3600, alarm.evaluation_periods == 1,
    ])])
    error_message = "An alarm must be raised at its threshold, within the hour, and not for missing data."
  }
  assert {
    condition = alltrue([
      for state, name in { Scrape = "scraper", Load = "loader", Cache = "cache-manager" } :
      aws_cloudwatch_metric_alarm.this["${name}-errors"].threshold == 1 + floor(
        local.items.wwoz * regex(": ([0-9]+) %}$", jsondecode(aws_sfn_state_machine.etl.definition).States.ProcessItems.ToleratedFailurePercentage)[0] / 100
        ) * (
        1 + max([for retry in jsondecode(aws_sfn_state_machine.etl.definition).States.ProcessItems.ItemProcessor.States[state].Retry : retry.MaxAttempts if !contains(retry.ErrorEquals, "Lambda.ResourceNotReadyException")]...) # that one never reaches the function
      )
    ])
    error_message = "The alarm must allow all attempts of the items that may fail, and no more."
  }
  assert {
    condition     = alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.this), values(aws_cloudwatch_metric_alarm.no_run)) : alarm.alarm_actions == toset([aws_sns_topic.alarms.arn])]) && aws_cloudwatch_metric_alarm.no_run["wwoz"].ok_actions == toset([aws_sns_topic.alarms.arn])
    error_message = "Every alarm must be published to the topic of alarms."
  }
  assert {
    condition = alltrue([for metric in [["Rejected", "loader"], ["PagesFailed", "scraper"]] :
      strcontains(aws_cloudwatch_dashboard.this.dashboard_body, jsonencode(["FestVibes", metric[0], "Function", "festvibes-${metric[1]}"]))
    ])
    error_message = "The dashboard must show the metrics that the functions log."
  }
  assert {
    condition     = aws_sns_topic_subscription.alarms["operator@example.com"].topic_arn == aws_sns_topic.alarms.arn && aws_sns_topic_subscription.alarms["operator@example.com"].filter_policy == null
    error_message = "Subscribers get every alarm."
  }
  assert {
    condition     = aws_sns_topic_subscription.runs["operator@example.com"].topic_arn == aws_sns_topic.runs.arn && jsondecode(aws_sns_topic_subscription.runs["operator@example.com"].filter_policy) == { status = ["failed", "partial"] } && aws_sns_topic_subscription.runs["operator@example.com"].filter_policy_scope != "MessageBody"
    error_message = "Subscribers get failed and partial runs, by the attribute: the message is a text, and a filter of its body would hold it back."
  }
  assert {
    condition = alltrue([for webhook in [aws_sns_topic_subscription.webhooks["chat"]] : alltrue([
      webhook.topic_arn == aws_sns_topic.runs.arn, webhook.protocol == "https", webhook.raw_message_delivery,
      jsondecode(webhook.filter_policy) == { status = ["failed", "partial"] },
    ])])
    error_message = "A webhook gets the message itself, for failed and partial runs."
  }
  assert {
    condition = [for statement in jsondecode(aws_sns_topic_policy.this["alarms"].policy).Statement : [statement.Principal, statement.Resource] if statement.Effect == "Allow"] == [
      [{ Service = "events.amazonaws.com" }, aws_sns_topic.alarms.arn],
      [{ Service = "cloudwatch.amazonaws.com" }, aws_sns_topic.alarms.arn],
    ]
    error_message = "Alarms and the rule on stopped runs may publish to the topic of alarms."
  }
  assert {
    condition = alltrue([for statement in jsondecode(aws_sns_topic_policy.this["alarms"].policy).Statement :
    try(statement.Condition.ArnLike["aws:SourceArn"], "") == "arn:aws:cloudwatch:us-east-1:123456789012:alarm:festvibes/*" if statement.Effect == "Allow" && try(statement.Principal.Service, "") == "cloudwatch.amazonaws.com"])
    error_message = "Alarms of another deployment may publish."
  }
}

# festvibes-dev begins with festvibes-, so what a policy of festvibes reaches by a prefix has a slash after the name.
run "a_stage_has_names_of_its_own" {
  command = plan
  variables {
    name = "festvibes-dev"
  }
  assert {
    condition = alltrue([for name in concat(
      [for function in aws_lambda_function.this : function.function_name],
      [for role in aws_iam_role.this : role.name],
      [for resource in [aws_sfn_state_machine.etl, aws_sns_topic.runs, aws_sns_topic.alarms, aws_scheduler_schedule.this["wwoz"], aws_sqs_queue.not_started] : resource.name],
      [aws_s3_bucket.data.bucket],
    ) : startswith(name, "festvibes-dev-")])
    error_message = "A name is not the stage's."
  }
  assert {
    condition = alltrue([for name in concat(
      [for alarm in concat(values(aws_cloudwatch_metric_alarm.this), values(aws_cloudwatch_metric_alarm.no_run)) : alarm.alarm_name],
      [for secret in aws_secretsmanager_secret.this : secret.name],
    ) : startswith(name, "festvibes-dev/")])
    error_message = "An alarm or a secret has no slash after the deployment's name."
  }
  assert {
    condition     = alltrue([for role in aws_iam_role.this : role.path == "/festvibes-dev/"]) && aws_cloudwatch_log_metric_filter.succeeded["wwoz"].metric_transformation[0].namespace == "festvibes-dev"
    error_message = "A path or a namespace is not the stage's."
  }
}

run "a_tag_is_refused_as_an_image" {
  command = plan
  variables {
    image_digests = {
      date-range-generator = "latest"
      scraper              = "sha256:2222222222222222222222222222222222222222222222222222222222222222"
      loader               = "sha256:3333333333333333333333333333333333333333333333333333333333333333"
      cache-manager        = "sha256:4444444444444444444444444444444444444444444444444444444444444444"
    }
  }
  expect_failures = [var.image_digests]
}

run "every_function_needs_an_image" {
  command = plan
  variables {
    image_digests = { scraper = "sha256:2222222222222222222222222222222222222222222222222222222222222222" }
  }
  expect_failures = [var.image_digests]
}

run "an_address_with_a_password_is_refused" {
  command = plan
  variables {
    base_url = "https://user:word@example.com"
  }
  expect_failures = [var.base_url]
}

run "the_smallest_listing_ratio_is_a_half" {
  command = plan
  assert {
    condition     = one(aws_lambda_function.this["loader"].environment).variables.MIN_LISTING_RATIO == "0.5"
    error_message = "The loader's default is a half."
  }
}

run "any_listing_can_be_accepted" {
  command = plan
  variables {
    min_listing_ratio = 0
  }
  assert {
    condition     = one(aws_lambda_function.this["loader"].environment).variables.MIN_LISTING_RATIO == "0"
    error_message = "The setting does not reach the loader."
  }
}

run "the_former_name_of_the_ratio_is_accepted" {
  command = plan
  variables {
    shrink_floor = 0
  }
  assert {
    condition     = one(aws_lambda_function.this["loader"].environment).variables.MIN_LISTING_RATIO == "0"
    error_message = "The setting does not reach the loader."
  }
}

run "a_ratio_above_one_is_refused" {
  command = plan
  variables {
    min_listing_ratio = 1.5
    shrink_floor      = 2
  }
  expect_failures = [var.min_listing_ratio, var.shrink_floor]
}

run "logs_cannot_be_kept_without_end" {
  command = plan
  variables {
    log_retention_days = 0
  }
  expect_failures = [var.log_retention_days]
}

run "risks_are_taken_by_name" {
  command = plan
  variables {
    pg_allow_weak_tls = true
    redis_allow_plain = true
  }
  assert {
    condition = [for name in ["loader", "cache-manager"] : one(aws_lambda_function.this[name].environment).variables.PG_ALLOW_WEAK_TLS] == ["true", "true"] && (
      one(aws_lambda_function.this["cache-manager"].environment).variables.REDIS_ALLOW_PLAIN == "true"
    )
    error_message = "A setting does not reach its functions."
  }
}
