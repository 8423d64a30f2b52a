/// The result of a linking.
public struct LinkReport: Equatable, Sendable {
  /// Entities that were compared, because they are new or changed.
  public var compared = 0
  /// Pairs that were not known.
  public var new = 0
  /// Pairs that are none any more, and of which nobody had decided.
  public var removed = 0
  /// True if there was more to do than time.
  public var more = false
  /// True if another process was comparing, and what was due is left to it or to the next call.
  public var isLeftToOthers = false

  public init() {}
}
