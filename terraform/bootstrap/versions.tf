# Applied once, by a person: what has to be there before a machine can deploy. Its state is a file in this folder, as the
# bucket for states is one of the things that it makes; the file holds no secret.
terraform {
  required_version = ">= 1.11, < 2.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = merge({ Project = var.name, ManagedBy = "terraform" }, var.tags)
  }
}
