data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

locals {
  # As in ../locals.tf.
  wanted    = { API = var.api_enabled, ENRICH = var.enrichment_enabled }
  functions = { for name, function in yamldecode(file("${path.module}/../functions.yaml")) : name => function if !can(function.optional) || try(local.wanted[function.optional], false) }

  section = "(?m)^[\"']?([A-Za-z_]+)[\"']?[ \\t]*:([^\\n]*(?:\\n(?:[ \\t#}\\]][^\\n]*|-(?:[ \\t][^\\n]*)?$)?)*)"
  definitions = {
    for name in fileset("${path.module}/../../statemachine/datasets", "*/dataset.yaml") :
    dirname(name) => regexall(local.section, replace(file("${path.module}/../../statemachine/datasets/${name}"), "\r\n", "\n"))
  }

  # The DynamoDB tables of the datasets' locks, in this region, as in ../locals.tf. A definition's `table_name` may be a variable with a default.
  lock_sections = flatten([
    for definition in local.definitions : [
      for section in definition : replace(section[1], "/#[^\n]*/", "") if section[0] == "lock"
    ]
  ])
  lock_settings = [
    for section in local.lock_sections : {
      for key in ["table_name", "region_name"] :
      key => [for found in regexall("${key}[\"']?\\s*:\\s*[\"']?(?:\\$\\{([A-Z_][A-Z0-9_]*)(?::-([^}]*))?\\}|([A-Za-z0-9._-]+))", section) :
      found[2] != null ? found[2] : found[1] != null ? found[1] : ""]
    } if can(regex("kind[\"']?\\s*:\\s*[\"']?dynamodb", section))
  ]
  lock_tables = setunion(var.lock_tables, flatten([
    for lock in local.lock_settings : lock.table_name if try(lock.region_name[0], var.region) == var.region
  ]))

  # The DynamoDB tables into which datasets load, and of what was done, as in ../tables.tf: those whose names definitions have,
  # and var.tables.
  tables = setunion(var.tables, flatten([for definition in local.definitions : [
    for section in definition : concat(
      [for found in regexall("(?:^|[\\s,{\"'])table[\"']?\\s*:\\s*[\"']?(?:\\$\\{[A-Z_][A-Z0-9_]*:-)?([A-Za-z0-9._-]{3,})", replace(section[1], "/(^|[ \\t\\n])#[^\n]*/", "$1")) : found[0]
      if section[0] == "load" && can(regex("plugin[\"']?\\s*:\\s*[\"']?dynamodb\\b", section[1]))],
      [for found in regexall("\\$\\{IDEMPOTENCY_TABLE:-([A-Za-z0-9._-]{3,})\\}", replace(section[1], "/(^|[ \\t\\n])#[^\n]*/", "$1")) : found[0]],
    )
  ]]))

  # The Kinesis streams into which datasets load, as in ../streams.tf: those whose names definitions have, and var.streams.
  streams = setunion(var.streams, flatten([for definition in local.definitions : [
    for section in definition : [
      for found in regexall("(?:^|[\\s,{\"'])stream[\"']?\\s*:\\s*[\"']?(?:\\$\\{[A-Z_][A-Z0-9_]*:-)?([A-Za-z0-9._-]+)", replace(section[1], "/#[^\n]*/", "")) : found[0]
    ] if section[0] == "load" && can(regex("plugin[\"']?\\s*:\\s*[\"']?kinesis", section[1]))
  ]]))

  # The buckets in which datasets keep versions of time series, as in ../series.tf: those that definitions have, and var.version_buckets.
  version_buckets = [for name in sort(setunion(var.version_buckets, flatten([for definition in local.definitions : [
    for section in definition : [
      for found in regexall("(?:^|[\\s,{\"'])bucket[\"']?\\s*:\\s*[\"']?(?:\\$\\{[A-Z_][A-Z0-9_]*:-)?([a-z0-9][a-z0-9.-]+[a-z0-9])", replace(section[1], "/#[^\n]*/", "")) : found[0]
    ] if section[0] == "load" && can(regex("plugin[\"']?\\s*:\\s*[\"']?s3_versioned\\b", section[1]))
  ]]))) : name]

  # The buckets of files of lines and of records, as in ../lines.tf: those that definitions have, and var.file_buckets.
  file_buckets = [for name in sort(setunion(var.file_buckets, flatten([for definition in local.definitions : [
    for section in definition : [
      for found in regexall("(?:^|[\\s,{\"'])bucket[\"']?\\s*:\\s*[\"']?(?:\\$\\{[A-Z_][A-Z0-9_]*:-)?([a-z0-9][a-z0-9.-]+[a-z0-9])", replace(section[1], "/#[^\n]*/", "")) : found[0]
    ] if section[0] == "load" && can(regex("plugin[\"']?\\s*:\\s*[\"']?(?:json_lines|objects)\\b", section[1]))
  ]]))) : name]

  # What the boundary has of both: those of a prefix together. Versions are in a folder of their own.
  bucket_prefixes = [for prefix in sort(var.bucket_prefixes) : "arn:${local.partition}:s3:::${prefix}*"]
  dataset_buckets = concat(local.bucket_prefixes, distinct([
    for resource in concat(
      flatten([for name in local.version_buckets : [name, "${name}/datasets/*"]]),
      flatten([for name in local.file_buckets : [name, "${name}/*"]]),
    ) : "arn:${local.partition}:s3:::${resource}" if !anytrue([for prefix in var.bucket_prefixes : startswith(resource, prefix)])
  ]))

  # Objects of other buckets that start runs, as in ../datasets.tf: the scraper reads them. Only with names that the definitions
  # have, as they are or as a variable's default.
  source_objects = [for bucket in distinct(concat(
    tolist(var.source_buckets),
    flatten([for definition in local.definitions : [
      for section in definition : [
        for found in regexall("(?m)bucket[\"']?\\s*:\\s*[\"']?(?:\\$\\{[A-Z_][A-Z0-9_]*:-)?([a-z0-9][a-z0-9.-]+[a-z0-9])", section[1]) :
        found[0]
      ] if section[0] == "trigger"
    ]]),
  )) : "arn:${local.partition}:s3:::${bucket}/*" if !anytrue([for prefix in var.bucket_prefixes : startswith(bucket, prefix)])]

  # The image of festvibes, for tasks on Fargate.
  ecs = var.ecs ? ["${var.name}-festvibes"] : []

  account     = data.aws_caller_identity.this.account_id
  partition   = data.aws_partition.this.partition
  data_bucket = "arn:${local.partition}:s3:::${coalesce(var.bucket_name, "${var.name}-data-${local.account}")}"
  # Of the datasets with publish: processed.
  processed_bucket = var.processed_bucket == null ? local.data_bucket : "arn:${local.partition}:s3:::${var.processed_bucket}"
  # arn:…:SERVICE:REGION:ACCOUNT, for the services whose ARNs have this form.
  arn = {
    for service in ["cloudwatch", "dynamodb", "ecr", "ecs", "events", "kinesis", "lambda", "logs", "scheduler", "secretsmanager", "sns", "sqs", "states"] :
    service => "arn:${local.partition}:${service}:${var.region}:${local.account}"
  }
  # The names of what a deployment makes, in full: festvibes-* would also match another deployment's, festvibes-dev-….
  # A wildcard only follows a character after such a name that no deployment's name can have: / : . or _
  function_names = [for name in keys(local.functions) : "${var.name}-${name}"]
  # Functions that answer an HTTP API.
  served = [for name, function in local.functions : "${var.name}-${name}" if try(function.serves, false)]
  # Services write into these by themselves, without a role.
  service_logs = concat(
    ["${local.arn.logs}:log-group:/aws/vendedlogs/states/${var.name}-etl"],
    [for name in local.served : "${local.arn.logs}:log-group:/aws/vendedlogs/apis/${name}"],
  )
  log_groups = concat(
    [for name in local.function_names : "${local.arn.logs}:log-group:/aws/lambda/${name}"],
    [for name in local.ecs : "${local.arn.logs}:log-group:/aws/ecs/${name}"],
  )
  made = {
    functions     = [for name in local.function_names : "${local.arn.lambda}:function:${name}"]
    repositories  = [for name in concat(local.function_names, local.ecs) : "${local.arn.ecr}:repository/${name}"]
    logs          = flatten([for group in concat(local.log_groups, local.service_logs) : [group, "${group}:*"]]) # with its streams
    secrets       = ["${local.arn.secretsmanager}:secret:${var.name}/*"]
    state_machine = ["${local.arn.states}:stateMachine:${var.name}-etl"]
    executions    = ["${local.arn.states}:execution:${var.name}-etl:*", "${local.arn.states}:execution:${var.name}-etl/*"] # of the Map
    map_runs      = ["${local.arn.states}:mapRun:${var.name}-etl/*"]
    schedules = [
      "${local.arn.scheduler}:schedule-group/${var.name}", "${local.arn.scheduler}:schedule/${var.name}/*",
      "${local.arn.scheduler}:schedule/default/${var.name}-nightly", # of earlier versions, which the next deployment deletes
    ]
    topics      = [for topic in ["runs", "alarms", "completions", "projections"] : "${local.arn.sns}:${var.name}-${topic}"]
    rules       = ["${local.arn.events}:rule/${var.name}-stopped", "${local.arn.events}:rule/${var.name}.*"] # the second of triggers
    queues      = [for queue in ["not-started", "requests", "requests-failed", "stream-failures", "undelivered"] : "${local.arn.sqs}:${var.name}-${queue}"]
    clusters    = [for name in local.ecs : "${local.arn.ecs}:cluster/${var.name}"]
    tasks       = [for name in local.ecs : "${local.arn.ecs}:task-definition/${var.name}_*"]
    lock_tables = [for name in local.lock_tables : "${local.arn.dynamodb}:table/${name}"]
    tables      = [for name in local.tables : "${local.arn.dynamodb}:table/${name}"]
    streams     = [for name in local.streams : "${local.arn.kinesis}:stream/${name}"]
    alarms      = ["${local.arn.cloudwatch}:alarm:${var.name}/*"]
    dashboards  = ["arn:${local.partition}:cloudwatch::${local.account}:dashboard/${var.name}"]
  }
}
