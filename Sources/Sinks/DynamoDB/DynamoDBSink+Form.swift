import Definitions

extension DynamoDBSink {
  /// The section's keys.
  public static let form = PluginForm(
    "dynamodb", "A table of DynamoDB, into which the sink writes each record as an item.",
    SectionForm(
      [
        KeyForm(
          "table", .text(tableName), isRequired: true,
          "The table's name. Empty, as ${NAME:-} is without a value: the sink is left out."),
        KeyForm("region", .text(.awsRegion), standard: "AWS_REGION", "The table's region."),
        KeyForm("hash", .text(attribute), isRequired: true, "The field that is the table's hash key, of type S."),
        KeyForm(
          "range", .text(attribute), standard: "the table has none", "The field that is its range key, of type S."),
        KeyForm(
          "order", .text(attribute),
          "The field that orders the versions of a record, such as the time of an edit: an earlier version replaces no later "
            + "one. Without it the version that is loaded last stands."),
        KeyForm(
          "owner", .text(attribute),
          "The field that names what a record is a part of, such as a post's id: items of an owner that its document no longer "
            + "has are deleted. It needs order."),
        KeyForm(
          "attributes", .list(of: .text(attribute)), standard: "all",
          "The fields that an item has. Those of the keys above are in every item."),
      ],
      rule: { section in
        let named = ["hash", "range", "order", "owner"].compactMap { key in section.text(key).map { (key, $0) } }
        for (index, (key, name)) in named.enumerated() {
          if let other = named[..<index].first(where: { $0.1 == name }) {
            return (key, "\(name) is also \(other.0): each needs a field of its own")
          }
        }
        guard section["owner"] == nil || section["order"] != nil else {
          return ("owner", "it needs order: without it a late document would delete what a newer one has written")
        }
        return nil
      }))

  /// Returns why a section's sink is left out; nil for one that loads.
  public static func reasonToLeaveOut(_ section: Section) -> String? {
    guard (section.text("table") ?? "").isEmpty else { return nil }
    return "table is empty: give the variable that it names a value, the name of a DynamoDB table"
  }

  private static let tableName = Form.Rule(
    "empty, or \(Form.Rule.dynamoDBTable.allowed)", pattern: "^([A-Za-z0-9._-]{3,255})?$"
  ) { $0.isEmpty || Form.Rule.dynamoDBTable.isSatisfied($0) }

  /// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
  private static let attribute = Form.Rule(
    "the name of a field, of 1 to 255 bytes, other than \(ItemAttribute.all.joined(separator: ", "))"
  ) { (1...255).contains($0.utf8.count) && !ItemAttribute.all.contains($0) }
}
