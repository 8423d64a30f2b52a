# The schedules of the definitions, and the alarms on missing runs.

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

run "wwoz_runs_at_three_in_chicago_and_nothing_else_does" {
  assert {
    condition     = { for key, each in aws_scheduler_schedule.this : key => "${each.name} ${each.group_name} ${each.state} ${each.schedule_expression} ${each.schedule_expression_timezone}" } == { wwoz = "festvibes-wwoz festvibes ENABLED cron(0 3 * * ? *) America/Chicago" }
    error_message = "Three o'clock in Chicago, all year. No other dataset of the repository runs, unless the settings name it."
  }
  assert {
    condition     = jsondecode(aws_scheduler_schedule.this["wwoz"].target[0].input) == { dataset = "wwoz", trigger = "schedule" } && aws_scheduler_schedule.this["wwoz"].target[0].arn == aws_sfn_state_machine.etl.arn && aws_scheduler_schedule.this["wwoz"].flexible_time_window[0].mode == "OFF"
    error_message = "The input names the dataset; the generator finds the days in its plan."
  }
  assert {
    condition     = aws_scheduler_schedule.this["wwoz"].target[0].dead_letter_config[0].arn == aws_sqs_queue.not_started.arn && aws_sqs_queue.not_started.sqs_managed_sse_enabled && [for statement in jsondecode(aws_sqs_queue_policy.not_started.policy).Statement : "${statement.Effect} ${statement.Sid}"] == ["Deny TLSOnly"]
    error_message = "The event of a run that could not start goes to an encrypted queue, which refuses requests without TLS and allows nobody."
  }
  assert {
    condition     = aws_scheduler_schedule.this["wwoz"].target[0].retry_policy[0].maximum_retry_attempts == 30 && aws_scheduler_schedule.this["wwoz"].target[0].retry_policy[0].maximum_event_age_in_seconds == 4 * 3600
    error_message = "It is retried, but not in daytime."
  }
  assert {
    condition     = local.items.wwoz == 31
    error_message = "A run has today and 30 days, by which the alarms on errors are measured."
  }
  assert {
    condition = alltrue([
      length(aws_sqs_queue.requests) == 0, length(aws_lambda_event_source_mapping.requests) == 0, length(aws_cloudwatch_event_rule.trigger) == 0,
      length(aws_s3_bucket_notification.data) == 0, length(aws_ecs_task_definition.dataset) == 0, length(aws_ecs_cluster.this) == 0, length(aws_cloudwatch_event_rule.tasks) == 0,
      !contains(keys(one(aws_lambda_function.this["date-range-generator"].environment).variables), "STATE_MACHINE_ARN"),
    ])
    error_message = "What is optional is not made."
  }
  assert {
    condition = alltrue([for alarm in [aws_cloudwatch_metric_alarm.no_run["wwoz"]] : alltrue([
      alarm.alarm_name == "festvibes/no-successful-run/wwoz", alarm.evaluation_periods == 26, strcontains(alarm.alarm_description, "26 hours"),
      { for query in alarm.metric_query : query.id => try([query.metric[0].stat, query.metric[0].period], query.expression) } == { filled = "FILL(runs, 0)", runs = ["Sum", 3600] },
      one([for query in alarm.metric_query : query.id if query.return_data == true]) == "filled",
      one([for query in alarm.metric_query : "${query.metric[0].namespace} ${query.metric[0].metric_name}" if query.id == "runs"]) == "festvibes RunsSucceeded/wwoz",
      alarm.treat_missing_data == "breaching", alarm.comparison_operator == "LessThanThreshold", alarm.threshold == 1,
    ])])
    error_message = "No successful run for 26 hours is an alarm, silence included: a day, the hour of the run, and the hour by which clocks go back."
  }
  assert {
    condition     = aws_cloudwatch_log_metric_filter.succeeded["wwoz"].pattern == "{ $.type = \"ExecutionSucceeded\" && $.execution_arn = \"*:execution:festvibes-etl:*\" && ( $.details.output = \"*\\\"trigger\\\":\\\"schedule\\\"*\" || $.details.output = \"*\\\"trigger\\\": \\\"schedule\\\"*\" ) && ( $.details.output = \"*\\\"dataset\\\":\\\"wwoz\\\"*\" || $.details.output = \"*\\\"dataset\\\": \\\"wwoz\\\"*\" ) && $.details.output != \"*\\\"job_type\\\":\\\"*\" && $.details.output != \"*\\\"job_type\\\": \\\"*\" }"
    error_message = "Only a scheduled run's own success counts, not an item's, not a manual run's, not another dataset's, and not a profile's."
  }
}

run "each_dataset_and_profile_has_its_schedule" {
  variables {
    datasets  = ["wwoz", "sample_jobs", "sample"]
    schedules = { "sample_jobs/hourly" = { alarm_after_hours = 5 } }
  }
  assert {
    condition = { for key, each in aws_scheduler_schedule.this : key => "${each.name} ${each.schedule_expression} ${each.schedule_expression_timezone} ${each.target[0].input}" } == {
      "wwoz"                     = "festvibes-wwoz cron(0 3 * * ? *) America/Chicago {\"dataset\":\"wwoz\",\"trigger\":\"schedule\"}"
      "sample_jobs"              = "festvibes-sample_jobs cron(15 6 * * ? *) Europe/Lisbon {\"dataset\":\"sample_jobs\",\"trigger\":\"schedule\"}"
      "sample_jobs/hourly"       = "festvibes-sample_jobs-hourly cron(0 * * * ? *) America/Chicago {\"dataset\":\"sample_jobs\",\"job_type\":\"hourly\",\"trigger\":\"schedule\"}"
      "sample_jobs/office_hours" = "festvibes-sample_jobs-office_hours cron(0,30 8-18/2 ? * MON-FRI *) UTC {\"dataset\":\"sample_jobs\",\"job_type\":\"office_hours\",\"trigger\":\"schedule\"}"
    }
    error_message = "A definition without a schedule has none, nor has a profile without one."
  }
  # MON-FRI from 8 to 18: from Friday at 18 to Monday at 8 are 62 hours.
  assert {
    condition     = { for key, alarm in aws_cloudwatch_metric_alarm.no_run : key => alarm.evaluation_periods } == { "wwoz" = 26, "sample_jobs" = 26, "sample_jobs/hourly" = 5, "sample_jobs/office_hours" = 64 }
    error_message = "Each schedule has an alarm of its own period, or of its setting."
  }
  assert {
    condition = alltrue([
      strcontains(aws_cloudwatch_log_metric_filter.succeeded["sample_jobs/hourly"].pattern, "$.details.output = \"*\\\"job_type\\\":\\\"hourly\\\"*\""),
      strcontains(aws_cloudwatch_log_metric_filter.succeeded["sample_jobs/hourly"].pattern, "$.details.output = \"*\\\"dataset\\\":\\\"sample_jobs\\\"*\""),
      alltrue([for filter in aws_cloudwatch_log_metric_filter.succeeded : length(filter.pattern) <= 1024]),
    ])
    error_message = "A run of a profile counts for its schedule only, by a pattern that CloudWatch takes."
  }
  assert {
    condition     = aws_scheduler_schedule.this["sample_jobs/hourly"].target[0].retry_policy[0].maximum_event_age_in_seconds == 3600
    error_message = "A start that is late must not coincide with the next one."
  }
  assert {
    condition = alltrue([for text in [
      jsonencode(["FestVibes", "Rejected", "Dataset", "sample_jobs", "DataType", "orders"]), jsonencode(["FestVibes", "RunsEnded", "Dataset", "wwoz", "DataType", "events"]),
      jsonencode(["festvibes", "RunsSucceeded/sample_jobs/hourly"]), "sample: records",
    ] : strcontains(aws_cloudwatch_dashboard.this.dashboard_body, text)])
    error_message = "The dashboard has a row for each dataset, with the metrics that the functions log for it."
  }
  assert {
    condition     = local.connections == { loader = 15, cache-manager = 15 }
    error_message = "Five items at once of each of three datasets, each with one connection."
  }
}

run "a_product_has_an_item_for_each_combination_and_a_plan_of_months_one_for_each" {
  command = plan
  assert {
    condition     = { for key, number in local.items : key => number if !contains(["sample_broken", "sample_forms", "sample_items", "sample_items_elsewhere", "sample_ledger", "sample_odd", "sample_odd_keys", "sample_published", "sample_series", "sample_weeks"], split("/", key)[0]) } == { "wwoz" = 31, "sample" = 1, "sample_jobs" = 6, "sample_jobs/hourly" = 3, "sample_jobs/office_hours" = 2, "sample_jobs/by_hand" = 6, "sample_months" = 3, "sample_stream" = 1, "sample_streams" = 1 }
    error_message = "A profile's values replace those of the plan, by their keys."
  }
}

run "a_schedule_may_be_a_variable" {
  variables {
    datasets          = ["sample_jobs"]
    dataset_variables = { JOBS_CRON = "0 22 * * ? *", JOBS_ZONE = "UTC" }
  }
  assert {
    condition     = aws_scheduler_schedule.this["sample_jobs"].schedule_expression == "cron(0 22 * * ? *)" && aws_scheduler_schedule.this["sample_jobs"].schedule_expression_timezone == "UTC"
    error_message = "The setting does not reach the schedule."
  }
  assert {
    condition     = !contains(keys(aws_scheduler_schedule.this), "wwoz")
    error_message = "A dataset that is not named runs."
  }
}

run "a_deployment_may_run_nothing" {
  command = plan
  variables {
    datasets = []
  }
  assert {
    condition     = length(aws_scheduler_schedule.this) == 0 && length(aws_cloudwatch_metric_alarm.no_run) == 0 && !strcontains(aws_cloudwatch_dashboard.this.dashboard_body, "no-successful-run")
    error_message = "There is a schedule."
  }
}

# Keys in quotation marks or with blanks behind them, brackets that end in column 0, and lines that end with CR LF.
run "a_definition_may_have_any_form_of_yaml" {
  variables {
    datasets          = ["sample_forms"]
    dataset_variables = { FORMS_CRON = "0 5 * * ? *", FORMS_PATH = "p" }
  }
  assert {
    condition = { for key, each in aws_scheduler_schedule.this : key => "${each.schedule_expression} ${each.schedule_expression_timezone}" } == {
      "sample_forms"          = "cron(0 5 * * ? *) America/Chicago"
      "sample_forms/weekdays" = "cron(0 6 ? * MON-FRI *) UTC"
    }
    error_message = "festvibes check accepts this definition, but its schedules are not made."
  }
  assert {
    condition = alltrue([
      local.items["sample_forms"] == 2, local.items["sample_forms/weekdays"] == 2, local.decoded["sample_forms"].data_type == "visits",
      { for key, each in local.triggers : key => "${each.kind} ${each.bucket} ${each.prefix}" } == { "sample_forms/1" = "s3 visits-of-forms visits/" },
      length(local.lock_settings) == 2, local.plugins["sample_forms"] == "http",
      one(aws_lambda_function.this["scraper"].environment).variables.FORMS_PATH == "p",
    ])
    error_message = "Its plan, its data type, its trigger, its lock or its variables are not read."
  }
}

run "a_definition_that_terraform_cannot_decode_is_named" {
  command = plan
  variables {
    datasets = ["wwoz", "sample_broken"]
  }
  expect_failures = [var.datasets]
}

# The datasets sample_broken and sample_odd are there in each test of this folder.
run "what_another_definition_says_breaks_no_plan" {
  command = plan
  assert {
    condition     = local.undecodable == { sample_broken = ["plan"] } && keys(aws_scheduler_schedule.this) == ["wwoz"]
    error_message = "Its section should not be decodable by itself, and nothing else should change."
  }
}

run "a_long_name_is_shortened_with_a_checksum" {
  command = plan
  variables {
    name     = "twenty-letters-long0"
    datasets = ["sample_jobs"]
  }
  assert {
    condition     = alltrue([for schedule in aws_scheduler_schedule.this : length(schedule.name) <= 64]) && length(distinct([for schedule in aws_scheduler_schedule.this : schedule.name])) == length(aws_scheduler_schedule.this)
    error_message = "EventBridge Scheduler allows 64 characters."
  }
}

run "only_datasets_of_the_repository_run" {
  command = plan
  variables {
    datasets = ["wwoz", "wwos"]
  }
  expect_failures = [var.datasets]
}

run "only_schedules_of_the_definitions_have_settings" {
  command = plan
  variables {
    schedules = { "sample_jobs/by_hand" = {} }
  }
  expect_failures = [var.schedules]
}

run "the_former_setting_is_refused_with_what_replaces_it" {
  command = plan
  variables {
    schedule = { days_ahead = 10 }
  }
  expect_failures = [var.schedule]
}

# ---- the alarm on missing runs

run "an_hourly_run_is_missed_after_3_hours" {
  command = plan
  variables {
    datasets          = ["sample_jobs"]
    dataset_variables = { JOBS_CRON = "0 * * * ? *" }
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.no_run["sample_jobs"].evaluation_periods == 3 && aws_cloudwatch_metric_alarm.no_run["sample_jobs/hourly"].evaluation_periods == 3
    error_message = "The period and two hours."
  }
}

run "runs_within_an_hour_are_missed_after_3_hours" {
  command = plan
  variables {
    datasets          = ["sample_jobs"]
    dataset_variables = { JOBS_CRON = "0/30 * * * ? *" }
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.no_run["sample_jobs"].evaluation_periods == 3
    error_message = "The metric has a value for each hour."
  }
}

run "the_longest_pause_of_a_day_counts" {
  command = plan
  variables {
    datasets          = ["sample_jobs"]
    dataset_variables = { JOBS_CRON = "0 6,9-12,20 */1 1/1 ? *" }
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.no_run["sample_jobs"].evaluation_periods == 12
    error_message = "From 20 to 6 are ten hours."
  }
}

run "the_longest_pause_of_a_week_counts" {
  command = plan
  variables {
    datasets          = ["sample_jobs"]
    dataset_variables = { JOBS_CRON = "0 3 ? * 1,WED *" }
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.no_run["sample_jobs"].evaluation_periods == 98
    error_message = "From Wednesday to Sunday are four days."
  }
}

run "a_weekly_run_cannot_be_missed" {
  command = plan
  variables {
    datasets          = ["sample_jobs"]
    dataset_variables = { JOBS_CRON = "0 3 ? * MON *" }
  }
  expect_failures = [aws_scheduler_schedule.this["sample_jobs"]]
}

run "the_period_of_months_is_not_guessed" {
  command = plan
  variables {
    datasets = ["sample_months"]
  }
  expect_failures = [aws_scheduler_schedule.this["sample_months"]]
}

run "nor_is_that_of_the_last_friday" {
  command = plan
  variables {
    datasets          = ["sample_jobs"]
    dataset_variables = { JOBS_CRON = "0 3 ? * FRIL *" }
  }
  expect_failures = [aws_scheduler_schedule.this["sample_jobs"]]
}

run "the_period_is_a_setting" {
  command = plan
  variables {
    datasets          = ["sample_jobs"]
    dataset_variables = { JOBS_CRON = "0 3 L * ? *" }
    schedules         = { sample_jobs = { alarm_after_hours = 74 } }
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.no_run["sample_jobs"].evaluation_periods == 74
    error_message = "The setting has no effect."
  }
}

run "the_alarm_can_be_silenced" {
  command = plan
  variables {
    datasets  = ["sample_months"]
    schedules = { sample_months = { alarm_after_hours = 0 } }
  }
  assert {
    condition     = length(aws_cloudwatch_metric_alarm.no_run) == 0 && !strcontains(aws_cloudwatch_dashboard.this.dashboard_body, "no-successful-run") && length(aws_scheduler_schedule.this) == 1
    error_message = "A monthly schedule cannot have the alarm."
  }
}

run "a_schedule_that_is_off_misses_nothing" {
  command = plan
  variables {
    schedules = { wwoz = { enabled = false, alarm_after_hours = 30 } }
  }
  assert {
    condition     = length(aws_cloudwatch_metric_alarm.no_run) == 0 && aws_scheduler_schedule.this["wwoz"].state == "DISABLED"
    error_message = "The alarm would stay on."
  }
}

run "the_alarm_looks_back_for_a_week_at_most" {
  command = plan
  variables {
    schedules = { wwoz = { alarm_after_hours = 169 } }
  }
  expect_failures = [var.schedules]
}
