import CXML2

/// A document that cannot be read, or an expression that cannot be evaluated.
public struct MarkupError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Kind: String, Sendable {
    /// There are no bytes to read.
    case empty
    /// More bytes than the parser counts.
    case tooLarge
    /// Not well-formed XML, or HTML that goes past a limit of the parser (nesting over 256 elements, a text over 10 MB).
    /// A document of which only the beginning could be kept is an error, never a short document.
    case malformed
    /// The XPath expression has no meaning, or it yields something else than nodes.
    case expression
    case outOfMemory
  }

  public let kind: Kind
  /// What was being done, and what libxml2 says of it. Shows at most a name or two of the document, never its text.
  public let detail: String

  init(_ kind: Kind, _ detail: String) {
    self.kind = kind
    self.detail = detail
  }

  public var description: String { "\(kind.rawValue): \(detail)" }
}

/// Takes what a function of libxml2 returned. They tell of failure by a null pointer, and leave the reason in the context
/// that they worked on.
func check<Handle>(
  _ handle: Handle?, _ kind: MarkupError.Kind, _ action: String, reason: xmlError? = nil
) throws(MarkupError) -> Handle {
  if let handle { return handle }
  guard let reason, reason.code != XML_ERR_OK.rawValue else { throw MarkupError(kind, action) }
  let isMemory = reason.code == XML_ERR_NO_MEMORY.rawValue
  throw MarkupError(isMemory ? .outOfMemory : kind, "\(action): \(reason.summary)")
}

extension xmlError {
  /// libxml2's message on one line, cut to a length that suits a log.
  var summary: String {
    let text = message.map { String(cString: $0) } ?? "error \(code)"
    let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(120)
    return line > 0 ? "\(words) (line \(line))" : String(words)
  }
}

/// To be called before anything else of libxml2. Without a handler, which it keeps for each thread apart, it prints what
/// it finds wrong with a document, and some of the document with it, to standard error.
func prepareLibrary() {
  xmlInitParser()
  xmlSetStructuredErrorFunc(nil) { _, _ in }
}
