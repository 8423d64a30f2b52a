variable "name" {
  description = "What every name begins with, here and in the deployment"
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

variable "github_repository" {
  description = "The repository whose workflows deploy, as GitHub's tokens name it: OWNER@ID/REPOSITORY@ID, or OWNER/REPOSITORY where it is older than July 2026; null: no roles for GitHub"
  type        = string
  default     = null

  validation {
    condition     = var.github_repository == null || can(regex("^[A-Za-z0-9-]+(@[0-9]+)?/[A-Za-z0-9._-]+(@[0-9]+)?$", var.github_repository))
    error_message = "OWNER@ID/REPOSITORY@ID, or OWNER/REPOSITORY."
  }
}

variable "github_environment" {
  description = "The environment of the workflow that deploys, which GitHub must open to main only; null: any workflow of main, in no environment"
  type        = string
  default     = "production"

  validation {
    condition     = var.github_environment == null || can(regex("^[A-Za-z0-9_-]+$", var.github_environment))
    error_message = "Letters, digits, hyphens and underscores."
  }
}

variable "github_provider_exists" {
  description = "Whether the account has GitHub's identity provider already: it can have one only"
  type        = bool
  default     = false
}

variable "bucket_name" {
  description = "The deployment's data bucket, as its bucket_name; null: NAME-data-ACCOUNT"
  type        = string
  default     = null

  validation {
    condition     = var.bucket_name == null || can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "A bucket's name: 3 to 63 small letters, digits, hyphens and dots."
  }
}

variable "images_kept" {
  description = "So many images of each function are kept, newest first; a deployment from GitHub pushes two, one for each architecture"
  type        = number
  default     = 40

  validation {
    condition     = var.images_kept >= 4
    error_message = "4 or more: two deployments for two architectures, so that there is one to come back to."
  }
}

variable "force_destroy" {
  description = "Whether terraform destroy deletes the states and images with their places"
  type        = bool
  default     = false
}
