data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

locals {
  listed = yamldecode(file("${path.module}/functions.yaml"))
  # What an entry's `optional` names, and whether it is wanted.
  wanted    = { API = var.api_enabled, ENRICH = var.enrichment_enabled }
  functions = { for name, function in local.listed : name => function if !can(function.optional) || try(local.wanted[function.optional], false) }
  secrets = {
    for name, function in local.functions :
    name => setunion(
      # The secrets of functions.yaml are those of the database, and of Redis, which has what comes from there.
      [for secret in function.secrets : secret if var.database], try(var.api_keys[name], []),
      contains(function.environment, "GEOCODER") && var.geocoder == "google" ? ["GOOGLE_MAPS_API_KEY"] : [],
    )
  }

  # The values of the settings that functions.yaml lists under `environment`.
  settings = {
    BASE_URL                   = var.base_url
    USER_AGENT                 = var.user_agent
    SOURCE_REQUESTS_PER_SECOND = var.source_requests_per_second
    S3_BUCKET_NAME             = aws_s3_bucket.data.bucket
    S3_REGION                  = var.region
    AWS_S3_BUCKET_PROCESSED    = var.processed_bucket
    MIN_LISTING_RATIO          = coalesce(var.shrink_floor, var.min_listing_ratio)
    LEDGER                     = var.database ? null : "off"
    PG_ALLOW_WEAK_TLS          = var.pg_allow_weak_tls
    REDIS_ALLOW_PLAIN          = var.redis_allow_plain
    API_CORS_ORIGINS           = length(var.api_cors_origins) == 0 ? null : join(",", sort(var.api_cors_origins))
    API_PUBLIC                 = var.api_public ? "true" : null
    # The schedules whose runs the operators' page expects; empty: none.
    API_SCHEDULES             = join(",", [for key, schedule in local.schedules : key if schedule.enabled])
    EMBEDDING_WEIGHTS         = null # the image says where its weights are
    GEOCODER                  = var.geocoder
    GEOCODER_URL              = var.geocoder_url
    SNS_PROJECTION_TOPIC_ARN  = one(aws_sns_topic.projections[*].arn)                      # for series.tf only
    SNS_COMPLETION_TOPIC_ARN  = one(aws_sns_topic.completions[*].arn)                      # for lines.tf only
    STREAM_FAILURES_QUEUE_URL = one(aws_sqs_queue.stream_failures[*].url)                  # for streams.tf only
    STATE_MACHINE_ARN         = var.request_queue == null ? null : local.state_machine_arn # for requests.tf only
  }

  # The variables that the datasets' definitions name, by the sections in which they stand: those of keys that are no
  # section are for every function. A $${NAME} that stands for itself is no variable. The definitions are not decoded as
  # a whole: for terraform `null: false` and `NO:` have no name. A section is its line and those that are indented below it,
  # or begin with - } or ]. YAML also takes a key in quotation marks, blanks before its colon, and lines that end with CR LF.
  sections = toset(flatten([for function in local.functions : function.sections]))
  section  = "(?m)^[\"']?([A-Za-z_]+)[\"']?[ \\t]*:([^\\n]*(?:\\n(?:[ \\t#}\\]][^\\n]*|-(?:[ \\t][^\\n]*)?$)?)*)"
  definitions = {
    for name in fileset("${path.module}/../statemachine/datasets", "*/dataset.yaml") :
    dirname(name) => [
      for section in regexall(local.section, replace(file("${path.module}/../statemachine/datasets/${name}"), "\r\n", "\n")) :
      # System 002's names of two sections; a `source` that is a text is the source's name.
      [section[0] == "source" && can(regex("^\\s*(#|\\{|$)", split("\n", section[1])[0])) ? "extract" : section[0] == "parse_config" ? "parse" : section[0], section[1]]
    ]
  }
  dataset_variables = {
    for name, function in local.functions : name => toset(flatten([
      for definition in local.definitions : [
        for section in definition :
        regexall("(?:^|[^$])\\$\\{([A-Z_][A-Z0-9_]*)", section[1])
        if contains(function.sections, section[0]) || !contains(local.sections, section[0])
      ]
    ]))
  }

  # True if a dataset that the deployment runs is published to the processed zone, and where that is.
  publishes_files = anytrue(flatten([
    for name, definition in local.definitions : [
      for section in definition : contains(var.datasets, name) && section[0] == "publish" && can(regex("plugin[\"']?\\s*:\\s*[\"']?processed\\b", replace(section[1], "/#[^\n]*/", "")))
    ]
  ]))
  processed_bucket = "arn:${local.partition}:s3:::${coalesce(var.processed_bucket, local.bucket_name)}"

  # Why datasets need the database, as `festvibes check` says it: only of these can var.database not be false.
  database_needs = {
    for id, definition in local.definitions : id => distinct(compact(flatten([
      for section in definition : [
        for text in [replace(section[1], "/(^|[ \\t\\n])#[^\n]*/", "$1")] : [
          section[0] == "load" ? [for found in regexall("plugin[\"']?\\s*:\\s*[\"']?(concerts|postgres)\\b", text) : "the sink ${found[0]}"] : [],
          section[0] == "publish" ? [for found in regexall("plugin[\"']?\\s*:\\s*[\"']?(event_cache|processed)\\b", text) : "the publisher ${found[0]}"] : [],
          contains(["lock", "state"], section[0]) ? [for found in regexall("kind[\"']?\\s*:\\s*[\"']?postgres\\b", text) : "${section[0]}.kind postgres"] : [],
          section[0] == "expect" ? [for found in regexall("check[\"']?\\s*:\\s*[\"']?rows_ratio\\b", text) : "the rule rows_ratio"] : [],
          # The default of `state`.
          section[0] == "extract" && can(regex("(?:^|[\\s,{\"'])incremental[\"']?\\s*:", text)) && !contains([for other in definition : other[0]], "state") ? ["state.kind postgres"] : [],
        ]
      ]
    ])))
  }

  # Where runs themselves write in the data bucket.
  own_prefixes = sort(distinct(flatten([for function in local.functions : concat(function.writes, try(function.stores_streams, []), try([function.publishes], []))])))

  # The DynamoDB tables of the datasets' locks, in this region. A definition's `table_name` may be a variable with a default.
  lock_sections = flatten([
    for definition in local.definitions : [
      for section in definition : replace(section[1], "/#[^\n]*/", "") if section[0] == "lock"
    ]
  ])
  lock_settings = [
    for section in local.lock_sections : {
      for key in ["table_name", "region_name"] :
      key => [for found in regexall("${key}[\"']?\\s*:\\s*[\"']?(?:\\$\\{([A-Z_][A-Z0-9_]*)(?::-([^}]*))?\\}|([A-Za-z0-9._-]+))", section) :
      found[2] != null ? found[2] : lookup(var.dataset_variables, found[0], found[1] != null ? found[1] : "")]
    } if can(regex("kind[\"']?\\s*:\\s*[\"']?dynamodb", section))
  ]
  lock_tables = toset(flatten([
    for lock in local.lock_settings : lock.table_name if try(lock.region_name[0], var.region) == var.region
  ]))

  account     = data.aws_caller_identity.this.account_id
  partition   = data.aws_partition.this.partition
  bucket_name = coalesce(var.bucket_name, "${var.name}-data-${local.account}")
  # Names, because permissions are defined before the resources that they refer to.
  state_machine_name = "${var.name}-etl"
  states             = "arn:${local.partition}:states:${var.region}:${local.account}"
  state_machine_arn  = "${local.states}:stateMachine:${local.state_machine_name}"
  function_arns = {
    for name in keys(local.functions) :
    name => "arn:${local.partition}:lambda:${var.region}:${local.account}:function:${var.name}-${name}"
  }

  tags = merge(var.tags, { Project = var.name, ManagedBy = "terraform" }) # bootstrap's policies know tables and streams by Project
}
