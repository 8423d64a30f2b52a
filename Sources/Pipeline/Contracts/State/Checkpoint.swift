/// The position in a source up to which a work item's records are loaded: the greatest cursor of a loaded document.
///
/// On the wire: `{"value": "2024-05-31T08:00:00Z", "type": "time"}`.
public struct Checkpoint: Hashable, Sendable {
  /// The way in which two cursors are compared.
  public enum Kind: String, CaseIterable, Codable, Sendable {
    /// RFC 3339, compared as instants with all digits of their fractions.
    case time
    /// A decimal integer of any size.
    case integer
    /// Compared byte by byte.
    case text
  }

  /// Bytes of a value. The checkpoints of all items of a run pass through a state of 256 KiB.
  public static let maximumBytes = 200

  public let value: String
  public let type: Kind
  /// The value as it is compared.
  public let position: CheckpointPosition

  /// - Throws: `InvalidInput` for a value that is empty, longer than `maximumBytes`, or not of its type, and for one with
  ///   control characters.
  public init(_ value: String, _ type: Kind) throws(PipelineError) {
    guard (1...Self.maximumBytes).contains(value.utf8.count) else {
      throw PipelineError(
        .invalidInput,
        "a checkpoint of \(value.utf8.count) bytes: it must have 1 to \(Self.maximumBytes). Choose a shorter cursor")
    }
    // JSON writes a control character in six bytes.
    guard !value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }), let position = CheckpointPosition(value, type)
    else {
      throw PipelineError(
        .invalidInput,
        "the checkpoint '\(value.prefix(40))' is not of the type \(type.rawValue), or has a control character")
    }
    self.value = value
    self.type = type
    self.position = position
  }

  /// Makes a checkpoint in its shortest spelling: a time in UTC, an integer without leading zeros.
  /// - Returns: nil for a position that a checkpoint cannot hold.
  public init?(_ position: CheckpointPosition) {
    let text = position.text
    guard let checkpoint = try? Checkpoint(text, position.type) else { return nil }
    self = checkpoint
  }

  /// True if this checkpoint is behind another one of the same type; nil if the types differ.
  public func isBefore(_ other: Checkpoint) -> Bool? { position.isBefore(other.position) }
}

extension Checkpoint: Codable {
  private enum CodingKeys: CodingKey { case value, type }

  /// - Throws: `InvalidInput` as the other initializer, `DecodingError` for another shape.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      container.decode(String.self, forKey: .value), container.decode(Kind.self, forKey: .type))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(value, forKey: .value)
    try container.encode(type, forKey: .type)
  }
}

extension Checkpoint: CustomStringConvertible {
  public var description: String { value }
}
