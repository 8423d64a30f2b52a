/// The counts of one kind of entity in a load: found = new + changed + unchanged + rejected.
public struct RecordCounts: Codable, Equatable, Sendable {
  public var found: Int
  public var new: Int
  public var changed: Int
  public var unchanged: Int
  public var rejected: Int
  /// Stored records that the source no longer has. They were not found, so the other counts do not include them. Nil for
  /// a kind of entity that is never cancelled.
  public var cancelled: Int?

  public init(
    found: Int = 0, new: Int = 0, changed: Int = 0, unchanged: Int = 0, rejected: Int = 0, cancelled: Int? = nil
  ) {
    self.found = found
    self.new = new
    self.changed = changed
    self.unchanged = unchanged
    self.rejected = rejected
    self.cancelled = cancelled
  }

  /// The counts for a person: `33 found, 3 new, 1 changed, 29 unchanged, 0 rejected`.
  public var summary: String {
    "\(found) found, \(new) new, \(changed) changed, \(unchanged) unchanged, \(rejected) rejected"
  }

  /// - Parameter kind: the kind of entity, for the message.
  /// - Throws: `StorageCorrupt` if the counts do not add up.
  public func check(_ kind: String) throws(PipelineError) {
    guard found == new + changed + unchanged + rejected else {
      throw PipelineError(
        .storageCorrupt,
        "\(found) \(kind) were found, but \(new) new, \(changed) changed, \(unchanged) unchanged, \(rejected) rejected")
    }
  }
}
