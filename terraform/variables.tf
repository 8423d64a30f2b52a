variable "name" {
  description = "What every name begins with; bootstrap was applied with the same one"
  type        = string
  default     = "festvibes"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,19}$", var.name))
    error_message = "2 to 20 characters: small letters, digits and hyphens, a letter first."
  }
}

variable "region" {
  description = "AWS region of everything"
  type        = string
  default     = "us-east-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "A region's name, such as us-east-1."
  }
}

variable "tags" {
  description = "Tags for everything, beside Project and ManagedBy"
  type        = map(string)
  default     = {}
}

# ---- functions

variable "image_digests" {
  description = "For each function the digest of its image in its repository, sha256:…; make terraform-plan fills it in from what make push wrote"
  type        = map(string)

  validation {
    condition     = toset(keys(var.image_digests)) == toset(keys(yamldecode(file("${path.module}/functions.yaml"))))
    error_message = "One digest for each function of functions.yaml, and no other."
  }
  validation {
    condition     = alltrue([for digest in values(var.image_digests) : can(regex("^sha256:[0-9a-f]{64}$", digest))])
    error_message = "An image is named by its digest, sha256: and 64 hexadecimal digits: a tag may come to mean another image."
  }
}

variable "architecture" {
  description = "What the images were built for"
  type        = string
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "arm64 or x86_64."
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
  description = "How the scraper introduces itself; null: as this project"
  type        = string
  default     = null
}

variable "source_requests_per_second" {
  description = "How often a run asks the source, all its functions together; null: 10. A Crawl-delay in its robots.txt counts all the same"
  type        = number
  default     = null

  validation {
    condition     = var.source_requests_per_second == null ? true : var.source_requests_per_second > 0
    error_message = "More than 0."
  }
}

variable "shrink_floor" {
  description = "A listing with less than this part of its date's stored shows is not loaded; 0 loads any"
  type        = number
  default     = 0.5

  validation {
    condition     = var.shrink_floor >= 0 && var.shrink_floor <= 1
    error_message = "From 0 to 1."
  }
}

variable "api_keys" {
  description = "Keys of further services: for a function the names of the variables, each of which gets a secret, as { loader = [\"GOOGLE_MAPS_API_KEY\"] }"
  type        = map(set(string))
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.api_keys), keys(yamldecode(file("${path.module}/functions.yaml"))))) == 0
    error_message = "The functions are those of functions.yaml."
  }
  validation {
    condition     = alltrue([for key in flatten([for keys in values(var.api_keys) : tolist(keys)]) : can(regex("^[A-Z][A-Z0-9_]*$", key))])
    error_message = "A key is named as the environment variable that it is: capitals, digits and underscores."
  }
}

variable "vpc" {
  description = "Where the functions that reach the database and Redis run; null: outside any VPC. It needs ways to Secrets Manager and S3 (endpoints or NAT)"
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
    error_message = "A bucket's name: 3 to 63 small letters, digits, hyphens and dots."
  }
}

variable "retention_days" {
  description = "After so many days objects under a prefix of the data bucket are deleted; a prefix that is not named is kept for ever"
  type        = map(number)
  # A year, and the festival of the year before; what no listing names any more; who of a run asked for a page.
  default = { "raw/" = 400, "pages/" = 30, "pages/wwoz/claims/" = 2 }

  validation {
    condition     = alltrue([for prefix, days in var.retention_days : endswith(prefix, "/") && days >= 1])
    error_message = "Prefixes end with /, and days are 1 or more."
  }
}

variable "noncurrent_days" {
  description = "After so many days what was overwritten or deleted in the data bucket is gone for good"
  type        = number
  default     = 30

  validation {
    condition     = var.noncurrent_days >= 1
    error_message = "1 or more."
  }
}

variable "force_destroy" {
  description = "Whether terraform destroy deletes the data bucket with all data in it"
  type        = bool
  default     = false
}

variable "secret_recovery_days" {
  description = "So long a deleted secret can be restored; 0: not at all"
  type        = number
  default     = 30

  validation {
    condition     = contains(concat([0], range(7, 31)), var.secret_recovery_days)
    error_message = "0, or 7 to 30."
  }
}

# ---- runs

variable "schedule" {
  description = "When a night begins, in its own time zone the year round, and what for"
  type = object({
    enabled    = optional(bool, true)
    expression = optional(string, "cron(0 3 * * ? *)")
    time_zone  = optional(string, "America/Chicago")
    days_ahead = optional(number, 30)
  })
  default = {}

  validation {
    condition     = can(regex("^(cron|rate|at)\\(.+\\)$", var.schedule.expression))
    error_message = "An expression of EventBridge Scheduler: cron(…), rate(…) or at(…)."
  }
  validation {
    condition     = var.schedule.days_ahead >= 0 && var.schedule.days_ahead <= 365 && floor(var.schedule.days_ahead) == var.schedule.days_ahead
    error_message = "days_ahead is a whole number from 0 to 365, which is the most that the generator takes."
  }
}

# ---- watching

variable "alert_emails" {
  description = "Who hears of failed and partial runs and of alarms; each gets a message to confirm for each of the two"
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for address in var.alert_emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", address))])
    error_message = "E-mail addresses."
  }
}

variable "log_retention_days" {
  description = "So long logs are kept"
  type        = number
  default     = 365

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731], var.log_retention_days)
    error_message = "One of the spans that CloudWatch Logs knows, from 1 to 731 days: nothing is kept for ever."
  }
}

variable "log_level" {
  description = "What the functions log"
  type        = string
  default     = "INFO"

  validation {
    condition     = contains(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"], var.log_level)
    error_message = "TRACE, DEBUG, INFO, WARN, ERROR or FATAL."
  }
}
