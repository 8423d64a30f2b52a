# The DynamoDB tables into which the datasets of this deployment load, and the table of what was done within a day: none, if no
# dataset of var.datasets or var.ecs has the sink dynamodb with the name of a table, or names IDEMPOTENCY_TABLE.
locals {
  item_settings = [
    for entry in local.load_entries : {
      for key in ["table", "hash", "range", "region"] :
      key => [for found in regexall("(?:^|[\\s,{\"'])${key}[\"']?\\s*:\\s*[\"']?(?:\\$\\{([A-Z_][A-Z0-9_]*)(?::-([^}]*))?\\}|([A-Za-z0-9._-]+))", entry) :
      found[2] != null ? found[2] : try(coalesce(lookup(var.dataset_variables, found[0], ""), found[1]), "")]
    } if can(regex("plugin[\"']?\\s*:\\s*[\"']?dynamodb\\b", entry))
  ]
  # The fields of each table's key. Two entries may load into one table; the first one says its key.
  item_tables = {
    for name, entries in {
      for entry in local.item_settings : entry.table[0] => { hash = try(entry.hash[0], ""), range = try(entry.range[0], null) }...
      if try(entry.table[0], "") != "" && try(coalesce(entry.region[0]), var.region) == var.region
    } : name => entries[0]
  }

  item_actions = ["dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Scan"]

  # Comments may speak of it.
  idempotency_tables = toset(compact(flatten([
    for id, definition in local.definitions : [
      for section in definition : [
        for found in regexall("\\$\\{IDEMPOTENCY_TABLE(?::-([^}]*))?\\}", replace(section[1], "/(^|[ \\t\\n])#[^\n]*/", "$1")) :
        try(coalesce(lookup(var.dataset_variables, "IDEMPOTENCY_TABLE", ""), found[0]), "")
      ]
    ] if contains(local.run_datasets, id)
  ])))
}

# A dataset that is taken out, or another name, does not destroy a table with its items: DynamoDB refuses that, until
# force_destroy is applied. One that was destroyed all the same can be restored for 35 days: with point-in-time recovery DynamoDB
# makes a backup then. A replay of the archives fills an empty one, but for what another system has written.
resource "aws_dynamodb_table" "items" {
  #checkov:skip=CKV_AWS_119:encrypted with the account's key for DynamoDB; a key of our own costs a dollar a month
  #checkov:skip=CKV2_AWS_16:billed by request: there is no capacity to scale
  for_each = local.item_tables

  name         = each.key
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = each.value.hash
  range_key    = each.value.range

  deletion_protection_enabled = !var.force_destroy

  dynamic "attribute" {
    for_each = compact([each.value.hash, each.value.range])
    content {
      name = attribute.value
      type = "S"
    }
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled = true # alias/aws/dynamodb
  }

  tags = { Holds = "items" } # bootstrap's policy for operators knows it by this
}

# An item says that something was done, and expires after a day.
resource "aws_dynamodb_table" "idempotency" {
  #checkov:skip=CKV_AWS_28:an item that is lost lets an object be written once more, with the same bytes
  #checkov:skip=CKV_AWS_119:encrypted with the account's key for DynamoDB; a key of our own costs a dollar a month
  #checkov:skip=CKV2_AWS_16:billed by request: there is no capacity to scale
  for_each = local.idempotency_tables

  name         = each.key
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "idempotency_key"

  attribute {
    name = "idempotency_key"
    type = "S"
  }

  ttl {
    attribute_name = "ttl"
    enabled        = true
  }

  server_side_encryption {
    enabled = true
  }

  tags = { Holds = "done" } # bootstrap's policy for operators knows it by this
}
