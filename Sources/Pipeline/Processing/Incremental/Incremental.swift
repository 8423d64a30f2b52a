import Contracts
import Definitions
import JSON

/// The section `extract.incremental` of a definition: the cursor of a record, and the window of time in which the source may
/// still add earlier ones.
public struct Incremental: Sendable {
  /// The place of the cursor, in the record as the parser makes it.
  let cursor: JSONSelector
  public let type: Checkpoint.Kind
  /// Seconds before the checkpoint that are read again.
  public let lagSeconds: Int
  /// True if the source sends every record each time, so that those before the checkpoint are left out here.
  let leavesOut: Bool
  /// Returns the time that a value is as RFC 3339; nil for one that is none.
  let readTime: @Sendable (JSONValue) -> String?

  /// - Parameters:
  ///   - section: the section `incremental`, which was checked.
  ///   - readTime: reads times as `normalize` does.
  public init(_ section: Section, readTime: @escaping @Sendable (JSONValue) -> String?) {
    cursor = JSONSelector(section.text("cursor") ?? "") ?? .nowhere
    type = section.text("type").flatMap { Checkpoint.Kind(rawValue: $0) } ?? .time
    lagSeconds = section.integer("lag_seconds") ?? 0
    leavesOut = !["parameter", "header", "initial"].contains { section[$0] != nil }
    self.readTime = readTime
  }

  /// The cursor of a record.
  enum Reading: Equatable {
    /// The record has no cursor, or null.
    case absent
    case found(Checkpoint)
    /// - Parameter value: the value, for a message.
    case unreadable(value: String)
  }

  /// Reads the cursor of a record.
  func read(_ record: JSONObject) -> Reading {
    let value: JSONValue
    do {
      guard let first = try cursor.first(in: .object(record)), !first.isNull, first.string != "" else { return .absent }
      value = first
    } catch { return .unreadable(value: error.problem) }
    return position(value).flatMap { Checkpoint($0) }.map { .found($0) }
      ?? .unreadable(value: String((value.string ?? value.text).prefix(40)))
  }

  private func position(_ value: JSONValue) -> CheckpointPosition? {
    switch type {
    case .time: return readTime(value).flatMap { CheckpointPosition($0, .time) }
    case .integer:
      if let text = value.string { return CheckpointPosition(text, .integer) }
      // Not a Double: an id may have more digits than one holds.
      guard let number = value.number.flatMap({ DecimalNumber($0) }), number.decimalPlaces == 0 else { return nil }
      return CheckpointPosition(number.text, .integer)
    case .text: return (value.string ?? value.number?.text).flatMap { CheckpointPosition($0, .text) }
    }
  }

  /// The position from which the source is read.
  /// - Returns: nil without a checkpoint: everything is read.
  public static func start(after checkpoint: Checkpoint?, lagSeconds: Int) -> CheckpointPosition? {
    guard case .time(let seconds, let fraction)? = checkpoint?.position else { return checkpoint?.position }
    return .time(seconds: seconds - lagSeconds, fraction: fraction)
  }
}

extension JSONSelector {
  /// A place that no record has, for a definition that was not checked.
  fileprivate static var nowhere: JSONSelector {
    guard let place = JSONSelector(#".[""]"#) else { preconditionFailure("a path that is none") }
    return place
  }
}
