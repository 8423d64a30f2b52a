import Contracts
import Foundation
import TestSupport
import Testing

/// Runs, crashes, retries and replays of one item in any order, over a source that changes: without I/O, with the rule and the
/// state that every backend uses.
@Suite("Any interleaving of runs")
struct InterleavingTests {
  /// A source whose records are changed over time. A change may be visible only some ticks after its cursor, up to the lag.
  private struct Source {
    struct Version {
      var value: Int
      var cursor: Int
      var visibleAt: Int
    }

    let lag: Int
    var versions: [Int: [Version]] = [:]
    var now = 0

    /// Changes a record. Its value is the cursor, so that no two versions have the same.
    mutating func change(_ key: Int, delay: Int) {
      now += 1
      versions[key, default: []].append(Version(value: now, cursor: now, visibleAt: now + delay))
    }

    /// The records as a reader sees them now: the last visible version of each.
    func visible(from start: Int?) -> [(key: Int, version: Version)] {
      versions.compactMap { key, all in
        all.last { $0.visibleAt <= now }.map { (key, $0) }
      }.filter { start == nil || $0.1.cursor >= start ?? 0 }.sorted { $0.version.cursor < $1.version.cursor }
    }
  }

  /// A stored extract document.
  private struct Document {
    let key: String
    let run: String
    let listedAt: Int
    let records: [(key: Int, value: Int)]
    let span: CheckpointSpan
  }

  /// A destination with its ledger: a load is one transaction.
  private struct Destination {
    var table: [Int: Int] = [:]
    var state = CheckpointState()
    var lastListed = -1
    /// The greatest cursor of everything that was ever loaded.
    var newestLoaded: Int?

    mutating func load(_ document: Document) {
      let isSuperseded = lastListed > document.listedAt
      if !isSuperseded {
        for (key, value) in document.records { table[key] = value }
        lastListed = document.listedAt
      }
      let moves = state.load(
        document.span, isSuperseded: isSuperseded, records: document.records.count, run: document.run,
        key: document.key,
        at: Date(timeIntervalSince1970: Double(document.listedAt)))
      if moves { newestLoaded = document.span.after.flatMap { Int($0.value) } }
    }
  }

  private static func checkpoint(_ number: Int?) -> Checkpoint? {
    number.flatMap { try? Checkpoint("\($0)", .integer) }
  }

  /// Reads the source from a checkpoint, at most `limit` records in ascending order of the cursor.
  private static func extract(_ source: Source, from before: Int?, run: String, limit: Int?) -> Document {
    let found = source.visible(from: before.map { $0 - source.lag })
    let kept = limit.map { Array(found.prefix($0)) } ?? found
    let newest = kept.map(\.version.cursor).max()
    return Document(
      key: "raw/\(run)", run: run, listedAt: source.now, records: kept.map { ($0.key, $0.version.value) },
      span: CheckpointSpan(
        before: checkpoint(before), after: checkpoint([before, newest].compactMap { $0 }.max())))
  }

  @Test("of runs, crashes, retries and replays ends with the source's last state", arguments: 0..<300)
  func any(_ seed: Int) throws {
    var random = SplitMix(seed: UInt64(seed))
    func pick(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
    var source = Source(lag: pick(4))
    var destination = Destination()
    var documents: [Document] = []
    /// Runs that have been opened, and whose document is not stored yet: the checkpoint of each.
    var open: [(run: String, before: Int?)] = []
    var runs = 0
    for _ in 0..<(20 + pick(120)) {
      let before = destination.state.checkpoint
      switch pick(10) {
      case 0...3:
        // A delay within the lag: the cursor is truthful to that extent.
        source.change(pick(8), delay: pick(source.lag + 1))
      case 4:
        runs += 1
        open.append(("r\(runs)", destination.state.checkpoint.flatMap { Int($0.value) }))
      case 5:
        guard !open.isEmpty else { continue }
        let (run, before) = open.remove(at: pick(open.count))
        // A crash here: the run is gone before its document is stored.
        if pick(4) == 0 { continue }
        documents.append(Self.extract(source, from: before, run: run, limit: nil))
      case 6...7:
        // A load, a retry of it, or one that comes late. A crash between two of its steps leaves nothing: it is one
        // transaction.
        guard !documents.isEmpty, pick(5) > 0 else { continue }
        destination.load(documents[pick(documents.count)])
      case 8:
        // A replay has another key, and the checkpoint and the time of its archive.
        guard let old = documents.randomElement(using: &random) else { continue }
        runs += 1
        documents.append(
          Document(
            key: "raw/replay-\(runs)", run: "replay-\(runs)", listedAt: old.listedAt, records: old.records,
            span: old.span))
      default:
        guard pick(6) == 0 else { continue }
        // A person starts again, often because the table was lost.
        destination.state.checkpoint = nil
        destination.newestLoaded = nil
        if pick(2) == 0 { destination.table = [:] }
        continue
      }
      // Never back, and never ahead of what is loaded.
      if let before { #expect(destination.state.checkpoint?.isBefore(before) == false) }
      #expect(destination.state.checkpoint?.value == destination.newestLoaded.map { "\($0)" })
      try checkCovered(destination, source)
    }
    // The source rests, so that every change is visible; then one undisturbed run.
    source.now += source.lag + 1
    let before = destination.state.checkpoint.flatMap { Int($0.value) }
    destination.load(Self.extract(source, from: before, run: "last", limit: nil))
    #expect(destination.table == source.versions.compactMapValues { $0.last?.value })
    #expect(
      destination.state.checkpoint?.value == source.versions.values.compactMap { $0.last?.cursor }.max().map { "\($0)" }
    )
  }

  /// Every version before the checkpoint, by more than the lag, is in the table, or a later one of its record is.
  private func checkCovered(_ destination: Destination, _ source: Source) throws {
    guard let checkpoint = destination.state.checkpoint.flatMap({ Int($0.value) }) else { return }
    for (key, versions) in source.versions {
      for version in versions where version.cursor < checkpoint - source.lag {
        let stored = destination.table[key] ?? -1
        #expect(stored >= version.value, "\(key) is \(stored), not \(version.value), with checkpoint \(checkpoint)")
      }
    }
  }

  @Test("with a limit of records, in ascending order, reaches the source's state in the end", arguments: 0..<100)
  func limited(_ seed: Int) throws {
    var random = SplitMix(seed: UInt64(seed) &+ 7000)
    var source = Source(lag: 0)
    var destination = Destination()
    let limit = 2 + Int(random.next() % 5)
    for number in 0..<40 {
      source.change(Int(random.next() % 12), delay: 0)
      guard random.next() % 3 == 0 else { continue }
      let before = destination.state.checkpoint.flatMap { Int($0.value) }
      let document = Self.extract(source, from: before, run: "r\(number)", limit: limit)
      if random.next() % 3 > 0 { destination.load(document) }
    }
    for number in 0..<40 {
      source.now += 1
      let before = destination.state.checkpoint.flatMap { Int($0.value) }
      destination.load(Self.extract(source, from: before, run: "end\(number)", limit: limit))
    }
    #expect(destination.table == source.versions.compactMapValues { $0.last?.value })
  }
}
