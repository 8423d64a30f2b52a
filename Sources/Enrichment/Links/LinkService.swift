import Contracts
import Ledger
import Postgres
import Time

/// Finds the artists and venues that two sources have: compares those that changed with all of the other side, in small
/// transactions of its own. A process that is killed loses at most one batch, which the next one repeats.
public final class LinkService {
  /// The entities that one transaction stores.
  static let batchSize = 200
  /// The time that is kept for a batch and for the response.
  static let reserve = Duration.seconds(2)
  /// The time to wait for another process that links. What is due is left to it, or to the next call: a run that waited longer
  /// would refresh its cache later.
  private static let patience = Duration.seconds(20)
  /// The time between two looks for its end.
  private static let pause = Duration.milliseconds(250)
  /// The number of the lock of those who link.
  static let lock = 0x6665_7374_6c69_6e6b

  private let database: Database
  private let time: any TimeSource

  public init(_ database: Database, time: any TimeSource = SystemTime()) {
    self.database = database
    self.time = time
  }

  /// Compares until nothing is left, or until little time is. Without the tables of the catalog there is nothing to do.
  public func run(deadline: Deadline) throws(PipelineError) -> LinkReport {
    var report = LinkReport()
    try database.migrate(deadline: deadline)
    let end = deadline.limited(to: max(deadline.remaining - Self.reserve, deadline.remaining / 2))
    for entity in LinkedEntity.allCases {
      guard try link(entity, until: end, deadline: deadline, &report) else {
        report.more = true
        break
      }
      if report.isLeftToOthers { break }
    }
    return report
  }

  /// - Returns: false if time ran out.
  private func link(
    _ entity: LinkedEntity, until end: Deadline, deadline: Deadline, _ report: inout LinkReport
  ) throws(PipelineError) -> Bool {
    let tables = LinkTables(entity)
    guard try tables.areThere(in: database, deadline: deadline) else { return true }
    report.removed += try tables.removeVanished(from: database, deadline: deadline)
    guard try tables.hasDue(in: database, deadline: deadline) else { return true }
    let wait = end.limited(to: Self.patience)
    while true {
      // What is stored takes the place of all pairs of its rows: of two that link at once, one would remove what the other
      // has found since it read. (A connection that is lost takes the lock with it.)
      let isDone: Bool? = try database.retrying(deadline: deadline) {
        try database.connection.withAdvisoryLock(Self.lock, deadline: deadline) {
          try compare(tables, entity, until: end, deadline: deadline, &report)
        }
      }
      if let isDone { return isDone }
      guard wait.remaining > Self.pause else {
        report.isLeftToOthers = true
        return true
      }
      time.sleep(for: Self.pause)
    }
  }

  /// - Returns: false if time ran out.
  private func compare(
    _ tables: LinkTables, _ entity: LinkedEntity, until end: Deadline, deadline: Deadline, _ report: inout LinkReport
  ) throws(PipelineError) -> Bool {
    let subjects = try tables.rows(of: database, deadline: deadline).map { LinkSubject($0, entity) }
    let decided = try tables.decided(in: database, deadline: deadline)
    let (left, right) = (subjects.filter { $0.row.isLeft }, subjects.filter { !$0.row.isLeft })
    for (some, others) in [(left, right), (right, left)] {
      let due = some.filter(\.row.isDue)
      guard !due.isEmpty else { continue }
      let index = CandidateIndex(others.map(\.name))
      let places = Dictionary(
        others.enumerated().map { (LinkKey($1.row), $0) }, uniquingKeysWith: { first, _ in first })
      for start in stride(from: 0, to: due.count, by: Self.batchSize) {
        guard !end.hasPassed else { return false }
        let batch = due[start..<min(start + Self.batchSize, due.count)]
        var pairs: [LinkPair] = []
        for subject in batch {
          let known = decided[LinkKey(subject.row), default: []].compactMap { places[$0] }
          for position in Set(index.candidates(for: subject.name, atLeast: LinkScore.least(of: entity))).union(known)
            .sorted()
          {
            let score = subject.score(with: others[position])
            guard score.value >= LinkScore.doubtful || known.contains(position) else { continue }
            pairs.append(LinkPair(subject.row, others[position].row, score))
          }
        }
        let changes = try tables.store(pairs, of: batch.map(\.row), in: database, deadline: deadline)
        report.compared += batch.count
        report.new += changes.new
        report.removed += changes.removed
      }
    }
    return true
  }
}

/// An entity by its source and its id there.
struct LinkKey: Hashable {
  let source: String
  let id: String

  init(source: String, id: String) {
    self.source = source
    self.id = id
  }

  init(_ row: LinkRow) { self.init(source: row.source, id: row.id) }
}

/// A pair to be stored.
struct LinkPair {
  let left: LinkKey
  let right: LinkKey
  let score: LinkScore

  /// - Parameters: two rows of different sides, in any order.
  init(_ one: LinkRow, _ other: LinkRow, _ score: LinkScore) {
    (left, right) = one.isLeft ? (LinkKey(one), LinkKey(other)) : (LinkKey(other), LinkKey(one))
    self.score = score
  }
}
