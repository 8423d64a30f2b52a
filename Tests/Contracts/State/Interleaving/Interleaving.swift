import Contracts
import Foundation
import TestSupport

/// One interleaving of runs, which need not wait for each other: crashes, failures, retries, replays and resets of one item.
/// All of it follows from the seed.
struct Interleaving {
  private var random: SplitMix
  private(set) var source: ChangingSource
  private(set) var destination: ModelDestination
  private(set) var documents: [StoredDocument] = []
  /// The runs that are open and have not stored a document, with the checkpoint that each took.
  private var open: [(run: Int, before: Int?)] = []
  private let limit: Int?
  private let options: Options
  private var wasReset = false
  private var runs = 0
  private var entries = 0
  /// The properties that were broken; empty if all properties hold.
  private(set) var violations: [String] = []

  /// The events besides runs.
  struct Options {
    /// True if persons start again now and then.
    var resets = true
    /// True if they do so because the table is lost.
    var losesTable = false
    /// True if each run's source may be cut at another place, as by its size.
    var varies = false
  }

  /// - Parameters:
  ///   - source: draws a source.
  ///   - limit: draws the number of records that a run reads at most; nil for all.
  init(
    seed: Int, _ source: (inout SplitMix) -> ChangingSource, limit: ((inout SplitMix) -> Int)? = nil,
    _ options: Options, _ rules: ModelDestination.Rules
  ) {
    var random = SplitMix(seed: UInt64(seed))
    self.source = source(&random)
    self.limit = limit?(&random)
    self.random = random
    self.options = options
    destination = ModelDestination(rules)
  }

  /// Takes steps in any order, brings everything to rest, and checks the end.
  mutating func run() {
    for _ in 0..<(20 + random.below(120)) {
      let before = destination.checkpoint
      let isReset = step()
      check(before, isReset: isReset)
    }
    finish()
  }

  /// - Returns: true for a reset.
  private mutating func step() -> Bool {
    switch random.below(12) {
    case 0...3: change()
    case 4...5: openRun()
    case 6...7: store()
    case 8...9:
      // A load, or a retry of it. A crash between two of its steps leaves nothing: it is one transaction.
      guard !documents.isEmpty else { break }
      load(random.below(documents.count))
    case 10: if !documents.isEmpty { replay(random.below(documents.count)) }
    default:
      guard options.resets, random.below(6) == 0 else { break }
      wasReset = true
      destination.reset(losingTable: options.losesTable)
      return true
    }
    return false
  }

  private mutating func change() {
    let isTied = random.below(3) == 0
    let delay = random.below(source.lag + 1)
    let value = random.below(2)
    guard source.window != nil else {
      return source.change(random.below(8), to: value, isTied: isTied, delay: delay)
    }
    // A feed has a new entry, or one of its entries is edited.
    let listed = source.visible
    if random.below(3) == 0, !listed.isEmpty {
      source.change(listed[random.below(listed.count)].key, to: value, isTied: isTied, delay: delay)
    } else {
      entries += 1
      source.change(entries, to: value, isTied: isTied, delay: delay)
    }
  }

  /// Opens a run: first the documents of earlier runs are loaded, the oldest first, then it takes its checkpoint.
  private mutating func openRun() {
    if destination.rules.recovers {
      for index in oldestFirst where !documents[index].isLoaded && !documents[index].isSetAside {
        load(index)
        // A crash.
        if random.below(10) == 0 { return }
      }
    }
    runs += 1
    open.append((runs, destination.checkpoint))
  }

  /// The documents in the order in which their runs were opened.
  private var oldestFirst: [Int] { documents.indices.sorted { documents[$0].run < documents[$1].run } }

  private mutating func store() {
    guard !open.isEmpty else { return }
    let (run, before) = open.remove(at: random.below(open.count))
    // A crash: the run is gone before its document is stored.
    guard random.below(5) > 0 else { return }
    let limit = limit.map { options.varies ? 1 + random.below($0 + 2) : $0 }
    documents.append(
      source.extract(from: before, run: run, limit: limit, needsAscent: destination.rules.needsAscent))
    // Some are loaded at once, by the run itself.
    if random.below(2) == 0 { load(documents.count - 1) }
  }

  private mutating func load(_ index: Int, fails: Bool = true) {
    if fails, !documents[index].isLoaded, random.below(3) == 0 {
      documents[index].attempts += 1
      return
    }
    guard !documents[index].isSetAside || !fails else { return }
    destination.load(documents[index])
    documents[index].isLoaded = true
  }

  /// Stores a document of an archive again: under a run of its own, with the checkpoint and the time of the archive.
  private mutating func replay(_ index: Int, fails: Bool = true) {
    runs += 1
    let old = documents[index]
    documents.append(
      StoredDocument(
        run: runs, readAt: old.readAt, records: old.records, before: old.before, after: old.after))
    if !fails || random.below(2) == 0 { load(documents.count - 1, fails: fails) }
  }

  // MARK: Properties

  private mutating func check(_ before: Int?, isReset: Bool) {
    let checkpoint = destination.checkpoint
    if !isReset, let before, checkpoint ?? .min < before {
      violations.append("the checkpoint went back from \(before) to \(checkpoint.map(String.init) ?? "none")")
    }
    // After a reset, a document that leaves a gap does not move it.
    if wasReset ? checkpoint ?? 0 > destination.newest ?? 0 : checkpoint != destination.newest {
      violations.append(
        "the checkpoint is \(checkpoint ?? 0), and the newest loaded cursor is \(destination.newest ?? 0)")
    }
    // What the next run would not read must be in the table, in its last state.
    guard let checkpoint else { return }
    for (key, version) in source.last where version.cursor < checkpoint - source.lag {
      expect(key, version.serial, "with checkpoint \(checkpoint)")
    }
  }

  private mutating func expect(_ key: Int, _ serial: Int, _ when: String) {
    let stored = destination.table[key]?.serial ?? 0
    if stored < serial { violations.append("\(key) shows the change \(stored), not \(serial), \(when)") }
  }

  private mutating func finish() {
    source.rest()
    if destination.rules.recovers {
      // Until all are loaded or set aside.
      for index in oldestFirst {
        while !documents[index].isLoaded && !documents[index].isSetAside { load(index) }
      }
    }
    let aside = documents.indices.filter { documents[$0].isSetAside }.shuffled(using: &random)
    let isFirst = random.below(2) == 0
    if isFirst { for index in aside { replay(index, fails: false) } }
    readAll()
    // What is set aside, and nothing else, may be missing until a person replays it.
    checkDocuments(documents.filter { !$0.isSetAside })
    if !isFirst { for index in aside { replay(index, fails: false) } }
    checkDocuments(documents)
    for (key, version) in source.last where destination.table[key]?.value != version.value {
      violations.append("\(key) is not in the source's last state")
    }
    if source.window == nil, destination.table.count != source.last.count { violations.append("a row is too much") }
    let newest = source.last.values.map(\.cursor).max()
    if destination.checkpoint != newest {
      violations.append("the checkpoint is \(destination.checkpoint ?? 0), and the newest cursor is \(newest ?? 0)")
    }
  }

  /// Runs without disturbance. A limit that keeps runs from getting further must be raised.
  private mutating func readAll() {
    let isEnough = limit.map { !source.isDescending && !source.leavesOut && $0 > source.densest } ?? false
    for _ in 0..<(isEnough ? source.last.count + 2 : 1) {
      runs += 1
      destination.load(source.extract(from: destination.checkpoint, run: runs, limit: isEnough ? limit : nil))
    }
  }

  /// Everything that a stored document had is in the table. A record that a document had which was not late is there in its
  /// last state; what a late one has of a row that is there is lost if the source has dropped the record since.
  private mutating func checkDocuments(_ documents: [StoredDocument]) {
    guard !options.losesTable else { return }
    for document in documents {
      for (key, _) in document.records where destination.table[key] == nil {
        violations.append("\(key) of run \(document.run) is not in the table")
      }
    }
    for (key, serial) in destination.inOrder { expect(key, serial, "which a document had in order") }
  }
}

extension SplitMix {
  /// - Returns: a number from 0 up to `count`, without it.
  mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }
}
