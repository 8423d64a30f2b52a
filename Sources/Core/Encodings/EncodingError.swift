/// An error for an encoding whose tables are missing on this machine.
public struct EncodingError: Error, Equatable, Sendable, CustomStringConvertible {
  public let encoding: TextEncoding
  /// ICU's name for the converter, and its error.
  let reason: String

  public var description: String {
    "pages in \(encoding.rawValue) cannot be decoded, because ICU's \(reason); install ICU's data with its converters"
  }
}
