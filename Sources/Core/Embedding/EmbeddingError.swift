/// A reason why a file of weights cannot be used.
public struct EmbeddingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A class of errors, by which callers decide what to do.
  public enum Kind: String, Sendable {
    /// There is no such file.
    case missing
    /// The file cannot be opened or mapped.
    case unreadable
    /// The file is something else.
    case foreign
    /// The file is for another version of this program.
    case unsupported
    /// The file is cut off, or its header is not what was written.
    case damaged
  }

  /// The class of the error.
  public let kind: Kind
  /// The path of the file.
  public let file: String
  /// The reason.
  public let detail: String

  public var description: String {
    "\(file) \(detail): make it with Sources/Core/Embedding/Weights/make-weights, or 'make weights'"
  }
}
