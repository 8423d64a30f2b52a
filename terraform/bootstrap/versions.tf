# Applied by a person: the resources that must exist before a workflow can deploy. Its state is in the bucket that it makes:
# `make bootstrap` begins with a local state, and moves it there. It contains no secret.
terraform {
  required_version = ">= 1.11, < 2.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }

  # The rest is in ../NAME.backend.hcl, but for the key, bootstrap.tfstate, which the workflows' roles cannot read.
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = merge(var.tags, { Project = var.name, ManagedBy = "terraform" })
  }
}
