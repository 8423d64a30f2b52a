/// Takes the events of a document, in its order.
public protocol XMLHandler: AnyObject {
  /// True if the rest of the document is not wanted.
  var isDone: Bool { get }
  /// Takes the start of an element. Declarations of namespaces are no attributes, and neither are values that only a
  /// document type adds.
  func start(_ name: XMLName, attributes: [XMLAttribute])
  /// Takes a piece of the current element's text, UTF-8, with references decoded. CDATA is text, too.
  func text(_ bytes: Span<UInt8>)
  /// Takes the end of the current element.
  func end()
}

/// The name of an element or attribute.
public struct XMLName: Hashable, Sendable {
  public let local: String
  /// The prefix that the document uses; nil if there is none.
  public let prefix: String?
  /// The address of the namespace; nil if there is none, or if the prefix is not declared.
  public let namespace: String?
}

/// An attribute of an element.
public struct XMLAttribute: Hashable, Sendable {
  public let name: XMLName
  /// The text, with references decoded.
  public let value: String
}

/// The reason why a document cannot be read.
public struct XMLError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A class of errors.
  public enum Kind: Sendable {
    /// The document breaks a rule of XML.
    case notWellFormed
    /// The document is XML that is not read: it has entities of its own.
    case unreadable
  }

  public let kind: Kind
  /// The reason; with the line if the document is not well-formed.
  public let reason: String

  init(_ kind: Kind, _ reason: String) {
    self.kind = kind
    self.reason = reason
  }

  /// The end of a sentence that begins with the document's address.
  public var description: String {
    kind == .notWellFormed ? "is not XML: \(reason)" : "cannot be read: \(reason)"
  }
}
