import CXML2

/// An error for a document that cannot be parsed, or an expression that cannot be evaluated.
public struct MarkupError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A class of errors, by which callers decide what to do.
  public enum Kind: String, Sendable {
    /// The document has no bytes but white space.
    case empty
    /// The document is larger than the parser can count, or the HTML exceeds a limit: a tag of more than 32 KiB or 500
    /// attributes, more than 100,000 elements, a tree of more than 24 MiB, too many tags within deeply nested elements.
    case tooLarge
    /// The XML is not well-formed, or the HTML has more than 256 elements within each other. A document that was read only
    /// in part is an error, never a shorter document.
    case malformed
    /// This machine lacks the tables of the page's encoding.
    case encoding
    /// The XPath expression is invalid, or its result is not a set of nodes.
    case expression
    case outOfMemory
  }

  public let kind: Kind
  /// The action that failed and libxml2's reason. May quote a name in the document, but never its text.
  public let detail: String

  init(_ kind: Kind, _ detail: String) {
    self.kind = kind
    self.detail = detail
  }

  public var description: String { "\(kind.rawValue): \(detail)" }
}

/// Checks the result of a libxml2 function. These return a null pointer on failure and leave the reason in their context.
func check<Handle>(
  _ handle: Handle?, _ kind: MarkupError.Kind, _ action: String, reason: xmlError? = nil
) throws(MarkupError) -> Handle {
  if let handle { return handle }
  guard let reason, reason.code != XML_ERR_OK.rawValue else { throw MarkupError(kind, action) }
  let isMemory = reason.code == XML_ERR_NO_MEMORY.rawValue
  throw MarkupError(isMemory ? .outOfMemory : kind, "\(action): \(reason.summary)")
}

extension xmlError {
  /// libxml2's message on one line, truncated to 120 characters for the log.
  var summary: String {
    let text = message.map { String(cString: $0) } ?? "error \(code)"
    let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(120)
    return line > 0 ? "\(words) (line \(line))" : String(words)
  }
}

/// Initializes libxml2 and must be called before its other functions. Sets an error handler for the current thread, without
/// which libxml2 prints errors, and parts of the document, to standard error.
func prepareLibrary() {
  xmlInitParser()
  xmlSetStructuredErrorFunc(nil) { _, _ in }
}
