variable "name" {
  description = "The prefix of every name, here and in the deployment"
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

variable "github_repository" {
  description = "The repository whose workflows deploy, as in GitHub's tokens: OWNER@ID/REPOSITORY@ID, or OWNER/REPOSITORY if it was created before July 2026; null: no roles for GitHub"
  type        = string
  default     = null

  validation {
    condition     = var.github_repository == null || can(regex("^[A-Za-z0-9-]+(@[0-9]+)?/[A-Za-z0-9._-]+(@[0-9]+)?$", var.github_repository))
    error_message = "OWNER@ID/REPOSITORY@ID, or OWNER/REPOSITORY."
  }
}

variable "github_environment" {
  description = "The environment of the workflow that deploys, which GitHub must restrict to main; null: any workflow of main without an environment"
  type        = string
  default     = "production"

  validation {
    condition     = var.github_environment == null || can(regex("^[A-Za-z0-9_-]+$", var.github_environment))
    error_message = "Letters, digits, hyphens and underscores."
  }
}

variable "github_provider_exists" {
  description = "True if the account already has GitHub's identity provider, of which it can have only one"
  type        = bool
  default     = false
}

variable "bucket_name" {
  description = "The deployment's data bucket: the same value as its bucket_name; null: NAME-data-ACCOUNT"
  type        = string
  default     = null

  validation {
    condition     = var.bucket_name == null || can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "A bucket name: 3 to 63 lower-case letters, digits, hyphens and dots."
  }
}

variable "lock_tables" {
  description = "Tables of the datasets' locks whose names only dataset_variables of the deployment has; those in the definitions need not be repeated"
  type        = set(string)
  default     = []
}

variable "processed_bucket" {
  description = "The bucket of the processed zone: the same value as the deployment's processed_bucket; null: the data bucket"
  type        = string
  default     = null

  validation {
    condition     = var.processed_bucket == null || can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.processed_bucket))
    error_message = "A bucket name: 3 to 63 lower-case letters, digits, hyphens and dots."
  }
}

variable "source_buckets" {
  description = "Buckets whose objects start runs, and whose names only dataset_variables of the deployment has; those in the definitions need not be repeated"
  type        = set(string)
  default     = []
}

variable "version_buckets" {
  description = "Buckets in which datasets keep versions (s3_versioned), and whose names only dataset_variables of the deployment has"
  type        = set(string)
  default     = []
}

variable "tables" {
  description = "DynamoDB tables into which datasets load, or of what was done (IDEMPOTENCY_TABLE), and whose names only dataset_variables of the deployment has"
  type        = set(string)
  default     = []
}

variable "file_buckets" {
  description = "Buckets of datasets with the sinks json_lines and objects, whose names only dataset_variables of the deployment has"
  type        = set(string)
  default     = []
}

variable "bucket_prefixes" {
  description = "Beginnings of names: every bucket of datasets whose name begins so, present or future, is named to the boundary by this alone, which has room for about twenty buckets, fewer with long names"
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for prefix in var.bucket_prefixes : can(regex("^[a-z0-9][a-z0-9.-]{1,60}[.-]$", prefix))])
    error_message = "3 to 62 lower-case letters, digits, hyphens and dots, the last one a hyphen or a dot."
  }
  validation {
    condition     = !anytrue([for prefix in var.bucket_prefixes : startswith(prefix, var.name) || startswith("${var.name}-", prefix)])
    error_message = "A prefix must not be one of the deployment's own buckets, of which one has terraform's state."
  }
}

variable "texts" {
  description = "True if runs may send text messages to a phone: the deployment has api_keys = { cache-manager = [\"NOTIFICATION_PHONE_NUMBER\"] }"
  type        = bool
  default     = false
}

variable "streams" {
  description = "Kinesis streams into which datasets load, and whose names only dataset_variables of the deployment has"
  type        = set(string)
  default     = []
}

variable "ecs" {
  description = "True if the deployment may run datasets as tasks on Fargate: makes the repository of the image festvibes, and gives the rights"
  type        = bool
  default     = false
}

variable "api_enabled" {
  description = "True if the deployment may have the function read-api and an HTTP API before it: makes the repository of its image, and gives the rights"
  type        = bool
  default     = false
}

variable "enrichment_enabled" {
  description = "True if the deployment may have the function enricher: makes the repository of its image, and gives the rights"
  type        = bool
  default     = false
}

variable "images_kept" {
  description = "The number of images to keep for each function: of those that were deployed, and of those that were pushed"
  type        = number
  default     = 20

  validation {
    condition     = var.images_kept >= 2
    error_message = "2 or more: what runs, and what ran before, so that a rollback is possible."
  }
}

variable "force_destroy" {
  description = "True if terraform destroy also deletes states and images"
  type        = bool
  default     = false
}
