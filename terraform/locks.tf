# The tables of the datasets' locks: none, if no definition has `lock: {kind: dynamodb}`. A table has an item for each dataset
# that runs now. Without a time to live: DynamoDB could delete a lock in the minute after its end in which it is not yet
# taken over.
resource "aws_dynamodb_table" "locks" {
  #checkov:skip=CKV_AWS_28:a lock that is lost is taken again by the next run
  #checkov:skip=CKV_AWS_119:encrypted with DynamoDB's own key; a key of our own costs a dollar a month and guards names of runs
  #checkov:skip=CKV2_AWS_16:billed by request: there is no capacity to scale
  for_each = local.lock_tables

  name         = each.key
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "lock_key"

  attribute {
    name = "lock_key"
    type = "S"
  }

  tags = { Holds = "locks" } # bootstrap's policy for operators knows it by this

  server_side_encryption {
    enabled = false # DynamoDB's own key; it always encrypts
  }
}
