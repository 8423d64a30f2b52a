extension SectionForm {
  /// The section `lock`, with the keys of system 002.
  public static let lock = SectionForm([
    KeyForm(
      "kind", .choice(["dynamodb", "postgres"]), isRequired: true,
      "dynamodb: an item of a DynamoDB table; postgres: a row of the ledger's database."),
    KeyForm("table_name", .text(.dynamoDBTable), "For dynamodb, which needs it: the table's name."),
    KeyForm("region_name", .text(.awsRegion), standard: "AWS_REGION", "For dynamodb: the table's region."),
    KeyForm(
      "key", .text(.lockKey), standard: "etl:DATASET",
      "The lock's name. Datasets with the same key run one after another."),
    KeyForm(
      "timeout_seconds", .integer(10...86_400), standard: "\(standardLockTimeout)",
      "The time after which the lock expires if no function of the run renews it."),
  ]) { lock in
    guard lock.text("kind") == "dynamodb" else {
      return ["table_name", "region_name"].first { lock[$0] != nil }.map {
        ($0, "only kind dynamodb has it: delete it")
      }
    }
    return lock["table_name"] == nil
      ? ("table_name", "it is missing: kind dynamodb needs the name of the table") : nil
  }

  /// The default of `lock.timeout_seconds`: system 002's.
  public static let standardLockTimeout = 300
}

extension Form.Rule {
  static let lockKey = Form.Rule(
    "1 to 200 letters, digits, '.', '_', '-', ':' or '/'", pattern: "^[A-Za-z0-9._:/-]{1,200}$"
  ) { text in
    (1...200).contains(text.utf8.count)
      && text.unicodeScalars.allSatisfy { $0.isInKeyAlphabet || $0 == ":" || $0 == "/" }
  }
}
