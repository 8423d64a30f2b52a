/// A message that was published to the topic.
struct Message: Sendable {
  let subject: String
  /// The attribute on which subscriptions filter.
  let status: String?
  private let text: String

  /// - Parameter form: the fields of SNS's Publish request.
  init(_ form: [String: String]) {
    subject = form["Subject"] ?? ""
    text = form["Message"] ?? ""
    let hasStatus =
      form["MessageAttributes.entry.1.Name"] == "status"
      && form["MessageAttributes.entry.1.Value.DataType"] == "String"
    status = hasStatus ? form["MessageAttributes.entry.1.Value.StringValue"] : nil
  }

  func body() throws -> [String: Any] { try jsonObject(text) }
}
