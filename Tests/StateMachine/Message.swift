import Foundation

/// A message that was published to the topic: a text for each protocol.
struct Message: Sendable {
  let subject: String
  /// The attribute on which subscriptions filter.
  let status: String?
  private let structure: String?
  private let message: String

  /// - Parameter form: the fields of SNS's Publish request.
  init(_ form: [String: String]) {
    subject = form["Subject"] ?? ""
    structure = form["MessageStructure"]
    message = form["Message"] ?? ""
    let hasStatus =
      form["MessageAttributes.entry.1.Name"] == "status"
      && form["MessageAttributes.entry.1.Value.DataType"] == "String"
    status = hasStatus ? form["MessageAttributes.entry.1.Value.StringValue"] : nil
  }

  /// The number of bytes, of which SNS takes 262,144.
  var size: Int { message.utf8.count }

  /// Returns what a subscription of a protocol gets, as SNS selects it.
  func text(_ protocolName: String) throws -> String? {
    guard structure == "json" else { return message }
    let texts = try jsonObject(message)
    return (texts[protocolName] ?? texts["default"]) as? String
  }

  /// Returns what programs get: the summary.
  func body() throws -> [String: Any] { try jsonObject(try text("sqs") ?? "") }
}
