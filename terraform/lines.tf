# What the datasets of this deployment with the sinks json_lines and objects need: rights on the keys of their files, in buckets
# that their definitions name, and which exist already. Nothing, if no dataset of var.datasets or var.ecs has one of them.
locals {
  # Each entry's buckets, and the folder of its key: that before the first field. Without one, or with a key that cannot be read
  # here, there is no right, and the plan fails (iam.tf): a right on the whole bucket would be too much.
  file_entries = [
    for entry in local.load_entries : {
      plugin = regex("plugin[\"']?\\s*:\\s*[\"']?(json_lines|objects)\\b", entry)[0]
      buckets = compact([
        for found in regexall("(?:^|[\\s,{\"'])bucket[\"']?\\s*:\\s*[\"']?(?:\\$\\{([A-Z_][A-Z0-9_]*)(?::-([^}]*))?\\}|([a-z0-9.-]+))", entry) :
        found[2] != null ? found[2] : try(coalesce(lookup(var.dataset_variables, found[0], ""), found[1]), "")
      ])
      folder = try(regex("(?:^|[\\s,{\"'])key[\"']?\\s*:\\s*[\"']?([A-Za-z0-9._-][A-Za-z0-9._/-]*/)[A-Za-z0-9._-]*\\{", entry)[0], null)
      key    = try(regex("(?:^|[\\s,{\"'])key[\"']?\\s*:\\s*([^\n]*)", entry)[0], "")
    } if can(regex("plugin[\"']?\\s*:\\s*[\"']?(json_lines|objects)\\b", entry))
  ]
  file_places = flatten([
    for entry in local.file_entries : [
      for bucket in entry.folder == null ? [] : entry.buckets : {
        bucket  = "arn:${local.partition}:s3:::${bucket}"
        deletes = entry.plugin == "json_lines"
        # The index of json_lines is beside its files.
        objects = [for folder in entry.plugin == "json_lines" ? [entry.folder, "index/"] : [entry.folder] : "arn:${local.partition}:s3:::${bucket}/${folder}*"]
      }
    ]
  ])
  file_buckets = sort(distinct([for place in local.file_places : place.bucket]))
  file_statements = [for statement in [
    {
      Sid      = "KeepFiles"
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject"]
      Resource = sort(distinct(flatten([for place in local.file_places : place.objects])))
    },
    {
      Sid      = "DeleteFiles"
      Effect   = "Allow"
      Action   = ["s3:DeleteObject"]
      Resource = sort(distinct(flatten([for place in local.file_places : [for object in place.objects : object if place.deletes && !endswith(object, "/index/*")]])))
    },
    {
      Sid      = "KnowWhichFilesAreMissing"
      Effect   = "Allow"
      Action   = ["s3:ListBucket"]
      Resource = local.file_buckets
    },
  ] : statement if length(statement.Resource) > 0]

  # A dataset with publish: completion, whose runs tell a topic and, with its number as a secret, a phone.
  tells_completion = anytrue(flatten([
    for id, definition in local.definitions : [
      for section in definition : contains(local.run_datasets, id) && section[0] == "publish" && can(regex("plugin[\"']?\\s*:\\s*[\"']?completion\\b", replace(section[1], "/(^|[ \\t\\n])#[^\n]*/", "$1")))
    ]
  ]))
  # SNS sends text messages to numbers, which are no resources: the right is for all that is no topic.
  # https://docs.aws.amazon.com/sns/latest/dg/sns-using-identity-based-policies.html
  texting_statements = {
    for name, keys in local.secrets : name => [for number in keys : {
      Sid         = "SendTexts"
      Effect      = "Allow"
      Action      = ["sns:Publish"]
      NotResource = ["arn:${local.partition}:sns:*:*:*"]
    } if number == "NOTIFICATION_PHONE_NUMBER"]
  }
}

# Each complete run of such a dataset is told here, in system 004's form. Subscribers are added by whoever wants to know.
resource "aws_sns_topic" "completions" {
  #checkov:skip=CKV_AWS_26:its messages are names of runs and times; nobody else may subscribe
  count = local.tells_completion ? 1 : 0

  name = "${var.name}-completions"
}
