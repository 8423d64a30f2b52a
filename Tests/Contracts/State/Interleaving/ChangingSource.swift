import Contracts

/// A source whose records are changed over time.
struct ChangingSource {
  /// One state of a record.
  struct Version {
    /// One of few, so that a record often changes back. The cursor is not part of it.
    let value: Int
    /// The number of the change, from 1: no two versions have the same.
    let serial: Int
    let cursor: Int
    /// The clock's value from which readers see it. By at most the lag after the cursor.
    let visibleAt: Int
  }

  /// By how much a cursor may be too early.
  let lag: Int
  /// True for a source that lists the newest first.
  let isDescending: Bool
  /// True for a source that lists everything, so that the reader leaves out what is before the checkpoint.
  let leavesOut: Bool
  /// The records that are listed at most, as in a feed; nil for a source that drops none.
  let window: Int?
  private(set) var versions: [Int: [Version]] = [:]
  /// The records that have left the window. They do not come back.
  private(set) var dropped: Set<Int> = []
  /// The time of a reading. Each change has its own.
  private(set) var now = 0
  /// The cursor of a change. Several changes may have the same.
  private(set) var clock = 1

  init(lag: Int, isDescending: Bool = false, leavesOut: Bool = false, window: Int? = nil) {
    self.lag = lag
    self.isDescending = isDescending
    self.leavesOut = leavesOut
    self.window = window
  }

  /// Changes a record.
  /// - Parameters:
  ///   - isTied: true if the cursor is that of the last change.
  ///   - delay: by how much later the change is visible, up to the lag.
  mutating func change(_ key: Int, to value: Int, isTied: Bool, delay: Int) {
    now += 1
    if !isTied { clock += 1 }
    versions[key, default: []].append(Version(value: value, serial: now, cursor: clock, visibleAt: clock + delay))
    guard let window else { return }
    let listed = visible
    for entry in listed.prefix(max(0, listed.count - window)) { dropped.insert(entry.key) }
  }

  /// Lets all changes become visible.
  mutating func rest() {
    now += 1
    clock += lag + 1
  }

  /// The records that a reader sees now, in ascending order of the cursor.
  var visible: [(key: Int, version: Version)] {
    versions.compactMap { key, all in
      dropped.contains(key) ? nil : all.last { $0.visibleAt <= clock }.map { (key, $0) }
    }.sorted { ($0.version.cursor, $0.key) < ($1.version.cursor, $1.key) }
  }

  /// The last versions of the records that are still there.
  var last: [Int: Version] { versions.filter { !dropped.contains($0.key) }.compactMapValues(\.last) }

  /// Reads the source from a checkpoint.
  /// - Parameters:
  ///   - limit: the number of records that are read at most; nil for all.
  ///   - needsAscent: false for the rule that takes equal cursors for an ascending order.
  func extract(from before: Int?, run: Int, limit: Int?, needsAscent: Bool = true) -> StoredDocument {
    let start = before.map { $0 - lag } ?? 0
    let listing = visible.filter { leavesOut || $0.version.cursor >= start }
    let read = Array((isDescending ? listing.reversed() : listing).prefix(limit ?? .max))
    let steps = zip(read, read.dropFirst()).map { $1.version.cursor - $0.version.cursor }
    let isAscending = steps.allSatisfy { $0 >= 0 } && (!needsAscent || steps.contains { $0 > 0 })
    let isCut = limit.map { read.count >= $0 } ?? false
    let kept = read.filter { $0.version.cursor >= start }
    let newest = isCut && !isAscending ? nil : kept.map(\.version.cursor).max()
    return StoredDocument(
      run: run, readAt: now, records: kept.map { ($0.key, $0.version) }, before: before,
      after: [before, newest].compactMap { $0 }.max())
  }

  /// The greatest number of records whose cursors are within one lag. With a limit up to it, no run gets further.
  var densest: Int {
    let cursors = last.values.map(\.cursor)
    return cursors.map { cursor in cursors.count { (cursor - lag...cursor).contains($0) } }.max() ?? 0
  }
}

/// An extract document that is stored.
struct StoredDocument {
  /// The number of the run, in the order in which runs are opened.
  let run: Int
  /// The time at which the source was read. A replay's document has that of its archive.
  let readAt: Int
  let records: [(key: Int, version: ChangingSource.Version)]
  let before: Int?
  let after: Int?
  var isLoaded = false
  /// The loads that failed.
  var attempts = 0
  /// True after three of them: no run loads it any more, and a person may replay it.
  var isSetAside: Bool { !isLoaded && attempts >= 3 }

  var span: CheckpointSpan { CheckpointSpan(before: Self.checkpoint(before), after: Self.checkpoint(after)) }

  private static func checkpoint(_ number: Int?) -> Checkpoint? {
    number.flatMap { try? Checkpoint("\($0)", .integer) }
  }
}
