import FoundationEssentials

/// The error document of a function: `{"errorMessage": "…", "errorType": "…", "stackTrace": []}`. Step Functions hands
/// it on as the cause of a failure, and so the ledger has it.
public struct ErrorDocument: Decodable, Sendable {
  public let errorMessage: String?
  public let errorType: String?

  /// - Parameter cause: the cause of a failure; nil if it is a text.
  public init?(cause: String) {
    guard let document = try? JSONDecoder().decode(Self.self, from: Data(cause.utf8)) else { return nil }
    self = document
  }

  /// Returns the text of a cause for a person: a document's message, else the cause itself.
  public static func message(of cause: String) -> String {
    guard let text = ErrorDocument(cause: cause)?.errorMessage, !text.isEmpty else { return cause }
    return text
  }
}
