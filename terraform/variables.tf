variable "name" {
  description = "The prefix of every name; the same as bootstrap's"
  type        = string
  default     = "festvibes"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,19}$", var.name))
    error_message = "2 to 20 characters: lower-case letters, digits and hyphens, a letter first."
  }
}

variable "region" {
  description = "The AWS region of all resources"
  type        = string
  default     = "us-east-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "A region's name, such as us-east-1."
  }
}

variable "tags" {
  description = "Tags of all resources, in addition to Project and ManagedBy"
  type        = map(string)
  default     = {}
}

# ---- functions

variable "image_digests" {
  description = "The digest of each function's image in its repository, sha256:…; make terraform-plan sets it to what make push recorded"
  type        = map(string)

  validation {
    condition     = length(setsubtract(keys(local.functions), keys(var.image_digests))) == 0
    error_message = "One digest for each function of functions.yaml that is enabled: missing ${join(", ", setsubtract(keys(local.functions), keys(var.image_digests)))}. With enrichment_enabled, ENRICH=1 make push-all and ENRICH=1 make terraform-apply give all; with api_enabled API=1."
  }
  validation {
    condition     = length(setsubtract(keys(var.image_digests), keys(local.listed))) == 0
    error_message = "No digest of another than the functions of functions.yaml."
  }
  validation {
    condition     = alltrue([for digest in values(var.image_digests) : can(regex("^sha256:[0-9a-f]{64}$", digest))])
    error_message = "A digest: sha256: and 64 hexadecimal digits. Tags are not accepted because they can change."
  }
}

variable "architecture" {
  description = "The architecture of the images"
  type        = string
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "arm64 or x86_64."
  }
}

variable "reserved_concurrency" {
  description = "The number of executions at once that a function has for itself, and no more; functions without a number share the account's pool. At least 100 must be left in the pool: with a new account's quota of 10 AWS refuses any number"
  type        = map(number)
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.reserved_concurrency), keys(local.listed))) == 0
    error_message = "Only functions of functions.yaml."
  }
  validation {
    condition     = alltrue([for name in keys(var.reserved_concurrency) : !try(local.listed[name].serves, false)])
    error_message = "The executions of read-api are api_concurrency."
  }
  validation {
    condition     = alltrue([for number in values(var.reserved_concurrency) : floor(number) == number && number >= 1])
    error_message = "Whole numbers from 1."
  }
  validation {
    condition     = alltrue([for name, number in var.reserved_concurrency : number >= 5 if name != "date-range-generator"])
    error_message = "A run uses 5 executions of scraper, loader and cache-manager at once: with fewer it is throttled, which its retries do not outlast."
  }
}

variable "base_url" {
  description = "The site that the scraper reads"
  type        = string
  default     = "https://www.wwoz.org"

  validation {
    condition     = can(regex("^https?://[^/@]+$", var.base_url))
    error_message = "http:// or https:// and a host, with no path and no user in it."
  }
}

variable "user_agent" {
  description = "The scraper's User-Agent; null: this project's name"
  type        = string
  default     = null
}

variable "source_requests_per_second" {
  description = "The request rate of a run, for all its functions together; null: 10. A Crawl-delay in robots.txt also applies"
  type        = number
  default     = null

  validation {
    condition     = var.source_requests_per_second == null ? true : var.source_requests_per_second > 0
    error_message = "More than 0."
  }
}

variable "min_listing_ratio" {
  description = "The smallest ratio of a listing's events to its date's stored events at which it is loaded; 0 loads any listing"
  type        = number
  default     = 0.5

  validation {
    condition     = var.min_listing_ratio >= 0 && var.min_listing_ratio <= 1
    error_message = "From 0 to 1."
  }
}

variable "shrink_floor" {
  description = "The former name of min_listing_ratio, which it overrides"
  type        = number
  default     = null

  validation {
    condition     = var.shrink_floor == null ? true : var.shrink_floor >= 0 && var.shrink_floor <= 1
    error_message = "From 0 to 1."
  }
}

variable "pg_allow_weak_tls" {
  description = "true accepts a database URL with a weaker sslmode than verify-full: whoever answers in the server's place gets the password and the data"
  type        = bool
  default     = null
}

variable "redis_allow_plain" {
  description = "true accepts a redis:// URL with a password, which crosses the network in clear"
  type        = bool
  default     = null
}

variable "api_keys" {
  description = "API keys: for a function, the names of environment variables that each get a secret, such as { loader = [\"API_KEY\"] }; for the scraper, those that datasets' definitions name under auth"
  type        = map(set(string))
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.api_keys), keys(local.listed))) == 0
    error_message = "The functions must be listed in functions.yaml."
  }
  validation {
    condition     = alltrue([for key in flatten([for keys in values(var.api_keys) : tolist(keys)]) : can(regex("^[A-Z][A-Z0-9_]*$", key))])
    error_message = "The name of an environment variable: capital letters, digits and underscores."
  }
}

variable "dataset_variables" {
  description = "The values of variables that datasets' definitions name, such as { API_RATE_LIMIT_REQUESTS = \"50\" }; a function gets those of the sections that it reads. For secrets: api_keys"
  type        = map(string)
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.dataset_variables), setunion(values(local.dataset_variables)...))) == 0
    error_message = "Only variables that a definition in statemachine/datasets names."
  }
}

variable "enrichment_enabled" {
  description = "True makes the function enricher, which finds the coordinates of venues and embeds texts after each run. Needs enrichment_enabled in bootstrap, its image (ENRICH=1 make push-all), and the extension pgvector in the database"
  type        = bool
  default     = false
}

variable "secrets_changed" {
  description = "Any text, such as a date. With another one the functions that have secrets read them anew: their warm executions are replaced"
  type        = string
  default     = ""
}

variable "api_enabled" {
  description = "True makes the function read-api and an HTTP API before it, which everybody can reach who has its address. Needs api_enabled in bootstrap, its image (API=1 make push-all), and the role that festvibes migrate --api makes"
  type        = bool
  default     = false

  validation {
    condition     = var.api_enabled ? var.database : true
    error_message = "The API reads the database: it cannot be with database = false."
  }
}

variable "api_public" {
  description = "True lets everybody read the API's data without a key"
  type        = bool
  default     = false
}

variable "api_cors_origins" {
  description = "The sites whose pages may read the API in a browser, such as https://example.org; or * alone"
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for origin in var.api_cors_origins : origin == "*" || can(regex("^https?://[^/,\\s]+$", origin))])
    error_message = "Origins: https://HOST without a path, or *."
  }
}

variable "api_requests_per_second" {
  description = "Requests that the API takes, on average, and as many again for /health; further ones have status 429. Twice the number may come at once, two of them for /health alone"
  type        = number
  default     = 5 # so that as many may come at once as api_concurrency has executions for

  validation {
    condition     = var.api_requests_per_second >= 1 && var.api_requests_per_second <= 10000
    error_message = "1 to 10000."
  }
}

variable "api_concurrency" {
  description = "Requests that the function read-api answers at once, each with a connection to the database, which runs need, too. They are set aside for it: AWS refuses any number where the account's quota is below 110. null: no bound but that quota"
  type        = number
  default     = 10

  validation {
    condition     = var.api_concurrency == null ? true : floor(var.api_concurrency) == var.api_concurrency && var.api_concurrency >= 1
    error_message = "A whole number from 1, or null."
  }
}

variable "geocoder" {
  description = "Who finds the coordinates of venues: census (the US Census: no key), google (its key is the secret GOOGLE_MAPS_API_KEY), nominatim (a server of your own, by geocoder_url) or none. The function needs a route to it: in a VPC, NAT"
  type        = string
  default     = null

  validation {
    condition     = var.geocoder == null ? true : contains(["census", "google", "nominatim", "none"], var.geocoder)
    error_message = "census, google, nominatim or none; null: census."
  }
}

variable "geocoder_url" {
  description = "The address of the geocoder; null: the provider's own. Needed for nominatim, whose public server does not allow such use"
  type        = string
  default     = null

  validation {
    condition     = var.geocoder_url == null ? true : can(regex("^https?://[^@]+$", var.geocoder_url))
    error_message = "http:// or https:// and a host, with no user in it."
  }
  validation {
    condition     = var.geocoder == "nominatim" ? var.geocoder_url != null : true
    error_message = "nominatim needs the address of a server of your own."
  }
}

variable "database" {
  description = "False: there is neither Postgres nor Redis, and so no ledger of runs. Then each dataset of datasets and of ecs must do without, and there are no secrets for them"
  type        = bool
  default     = true

  validation {
    condition     = var.database ? true : length([for id in local.run_datasets : id if length(local.database_needs[id]) > 0]) == 0
    error_message = "database is false, and these datasets need one: ${join("; ", [for id in local.run_datasets : "${id} (${join(", ", local.database_needs[id])})" if length(local.database_needs[id]) > 0])}."
  }
  validation {
    condition     = var.database ? true : var.vpc == null && !var.enrichment_enabled
    error_message = "database is false: vpc is for functions that use the database or Redis, and enrichment_enabled for what is in it. Leave both out."
  }
}

variable "vpc" {
  description = "The VPC of the functions that use the database and Redis; null: none. It needs routes to Secrets Manager and S3 (endpoints or NAT); with enrichment_enabled also to the geocoder, which only NAT gives"
  type = object({
    subnet_ids         = set(string)
    security_group_ids = set(string)
  })
  default = null

  validation {
    condition     = var.vpc == null ? true : length(var.vpc.subnet_ids) > 0 && length(var.vpc.security_group_ids) > 0
    error_message = "At least one subnet and one security group."
  }
}

# ---- data

variable "bucket_name" {
  description = "The data bucket; null: NAME-data-ACCOUNT"
  type        = string
  default     = null

  validation {
    condition     = var.bucket_name == null || can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "A bucket name: 3 to 63 lower-case letters, digits, hyphens and dots."
  }
}

variable "processed_bucket" {
  description = "The bucket of the processed zone, of datasets with publish: processed, which exists already; null: the data bucket. bootstrap has the same variable"
  type        = string
  default     = null

  validation {
    condition     = var.processed_bucket == null || can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.processed_bucket))
    error_message = "A bucket name: 3 to 63 lower-case letters, digits, hyphens and dots."
  }
}

variable "retention_days" {
  description = "The days after which objects under a prefix of the data bucket are deleted; other prefixes are kept"
  type        = map(number)
  # Documents and archives: a year, plus last year's festival. Pages: longer than any listing refers to them. Page leases and progress: one run. Reports: as long as the mail that names them is read.
  default = { "raw/" = 400, "pages/" = 30, "pages/wwoz/claims/" = 2, "pages/progress/" = 1, "reports/" = 90 }

  validation {
    condition     = alltrue([for prefix, days in var.retention_days : endswith(prefix, "/") && days >= 1])
    error_message = "Prefixes must end with /, and days must be 1 or more."
  }
  validation {
    condition     = alltrue([for prefix, days in var.retention_days : !startswith(prefix, "datasets/")])
    error_message = "Nothing under datasets/ may be deleted by its age: a month of a time series that does not change stays in the version that wrote it, for years, and each later version names that file."
  }
}

variable "archive_after_days" {
  description = "The days after which objects under a prefix of the data bucket move to Glacier Instant Retrieval: a sixth of the price, and 0.03 $ per GB read. It bills at least 90 days"
  type        = map(number)
  default     = {}

  validation {
    condition     = alltrue([for prefix, days in var.archive_after_days : endswith(prefix, "/") && days >= 1 && floor(days) == days])
    error_message = "Prefixes must end with /, and days must be whole numbers from 1."
  }
  validation {
    condition = alltrue(flatten([for prefix, days in var.archive_after_days : [
      for kept, end in var.retention_days : days + 90 <= end if startswith(prefix, kept) || startswith(kept, prefix)
    ]]))
    error_message = "Objects must stay in Glacier for 90 days, which it bills in any case, before retention_days deletes them."
  }
}

variable "noncurrent_days" {
  description = "The days after which overwritten and deleted objects of the data bucket are removed"
  type        = number
  default     = 30

  validation {
    condition     = var.noncurrent_days >= 1
    error_message = "1 or more."
  }
}

variable "force_destroy" {
  description = "True if terraform destroy also deletes the data bucket with all its objects"
  type        = bool
  default     = false
}

variable "secret_recovery_days" {
  description = "The days during which a deleted secret can be restored; 0: it cannot"
  type        = number
  default     = 30

  validation {
    condition     = contains(concat([0], range(7, 31)), var.secret_recovery_days)
    error_message = "0, or 7 to 30."
  }
}

# ---- runs

variable "datasets" {
  description = "The datasets that this deployment runs: the schedules and triggers of their definitions are made. Any other dataset can still be run by hand"
  type        = set(string)
  default     = ["wwoz"]

  validation {
    condition     = length(setsubtract(var.datasets, keys(local.definitions))) == 0
    error_message = "Only names of folders in statemachine/datasets: ${join(", ", keys(local.definitions))}."
  }
  validation {
    condition     = length(setintersection(var.datasets, keys(local.undecodable))) == 0
    error_message = "terraform cannot decode, each by itself, of statemachine/datasets: ${join("; ", [for id, sections in local.undecodable : "${id}/dataset.yaml: ${join(", ", sections)}" if contains(var.datasets, id)])}. Indent the lines below such a key, and use no anchor of another one."
  }
}

variable "schedules" {
  description = "Settings of schedules, by DATASET, or DATASET/JOB for that of a profile; when they start is in the definitions. alarm_after_hours is the time without a successful run that raises an alarm: by default the time between two runs and two hours, for the run itself and for the day on which clocks go back; 0: no alarm"
  type = map(object({
    enabled           = optional(bool, true)
    alarm_after_hours = optional(number)
  }))
  default = {}

  validation {
    condition     = length(setsubtract(keys(var.schedules), keys(local.texts.schedule))) == 0
    error_message = "Only schedules that a definition has: ${join(", ", keys(local.texts.schedule))}."
  }
  validation {
    condition     = alltrue([for each in values(var.schedules) : each.alarm_after_hours == null ? true : contains(range(0, 169), each.alarm_after_hours)])
    error_message = "alarm_after_hours is a whole number from 0 to 168: CloudWatch looks back for a week at most."
  }
}

variable "schedule" {
  description = "Was the schedule of WWOZ; refused, with what replaces it"
  type        = any
  default     = null

  validation {
    condition     = var.schedule == null
    error_message = "schedule is replaced. expression, time_zone and days_ahead are in the definition, statemachine/datasets/wwoz/dataset.yaml: schedule.cron, schedule.timezone, plan.days_ahead. enabled and alarm_after_hours are in schedules = { wwoz = { enabled = true, alarm_after_hours = 26 } }; datasets = [] runs nothing."
  }
}

variable "request_queue" {
  description = "The queue NAME-requests, whose messages start runs; null: none. sources are the ARNs of the S3 buckets of this account, SNS topics and EventBridge rules that may send to it, besides roles that have the right"
  type = object({
    sources = optional(set(string), [])
  })
  default = null

  validation {
    condition     = alltrue([for source in try(var.request_queue.sources, []) : can(regex("^arn:[a-z-]+:(s3|sns|events):[^*?]+$", source))])
    error_message = "ARNs of S3 buckets, SNS topics and EventBridge rules, without wildcards."
  }
}

variable "stream_shards" {
  description = "The shards of each Kinesis stream that the datasets need: each takes 1 MB and 1,000 records a second"
  type        = number
  default     = 1

  validation {
    condition     = contains(range(1, 101), var.stream_shards)
    error_message = "A whole number from 1 to 100."
  }
}

variable "stream_retention_hours" {
  description = "The hours for which a stream keeps its records. What the loader cannot store is given up four hours earlier, and named in a queue; more than 24 cost extra"
  type        = number
  default     = 24

  validation {
    condition     = contains(range(24, 169), var.stream_retention_hours)
    error_message = "A whole number from 24 to 168."
  }
}

variable "ecs" {
  description = "Datasets that run as tasks on Fargate, each in one process, instead of in the functions; null: none. Needs ecs = true in bootstrap, and the image festvibes in its repository. 256 is a quarter of a processor; memory in MB"
  type = object({
    datasets           = set(string)
    image_digest       = string
    subnet_ids         = set(string)
    security_group_ids = set(string)
    assign_public_ip   = optional(bool, false)
    cpu                = optional(number, 256)
    memory             = optional(number, 512)
  })
  default = null

  validation {
    condition     = var.ecs == null ? true : length(var.ecs.datasets) > 0
    error_message = "At least one dataset: without any, leave out ecs."
  }
  validation {
    condition     = var.ecs == null ? true : length(setsubtract(var.ecs.datasets, keys(local.definitions))) == 0
    error_message = "Only names of folders in statemachine/datasets: ${join(", ", keys(local.definitions))}."
  }
  validation {
    condition     = var.ecs == null ? true : length(setintersection(var.ecs.datasets, keys(local.undecodable))) == 0
    error_message = "terraform cannot decode, each by itself, of statemachine/datasets: ${join("; ", [for id, sections in local.undecodable : "${id}/dataset.yaml: ${join(", ", sections)}" if try(contains(var.ecs.datasets, id), false)])}. Indent the lines below such a key, and use no anchor of another one."
  }
  validation {
    condition     = var.ecs == null ? true : can(regex("^sha256:[0-9a-f]{64}$", var.ecs.image_digest))
    error_message = "A digest: sha256: and 64 hexadecimal digits. Tags are not accepted because they can change."
  }
  validation {
    condition     = var.ecs == null ? true : length(var.ecs.subnet_ids) > 0 && length(var.ecs.security_group_ids) > 0
    error_message = "At least one subnet and one security group."
  }
}

# ---- monitoring

variable "alert_emails" {
  description = "The recipients of messages about failed and partial runs and about alarms; each has to confirm both subscriptions"
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for address in var.alert_emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", address))])
    error_message = "E-mail addresses."
  }
}

variable "alert_webhooks" {
  description = "HTTPS addresses, by a name, that receive failed and partial runs as Slack takes messages; README.md says what they must answer"
  type        = map(string)
  default     = {}
  sensitive   = true

  validation {
    condition     = alltrue([for address in values(var.alert_webhooks) : startswith(address, "https://")])
    error_message = "Addresses that begin with https://."
  }
}

variable "log_retention_days" {
  description = "The days for which logs are kept"
  type        = number
  default     = 365

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731], var.log_retention_days)
    error_message = "A period that CloudWatch Logs supports, from 1 to 731 days."
  }
}

variable "log_level" {
  description = "The lowest level that the functions log"
  type        = string
  default     = "INFO"

  validation {
    condition     = contains(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"], var.log_level)
    error_message = "TRACE, DEBUG, INFO, WARN, ERROR or FATAL."
  }
}
