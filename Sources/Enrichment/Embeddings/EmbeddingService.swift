import Contracts
import FoundationEssentials
import Ledger
import Postgres
import Time

/// Embeds what changed: finds the rows whose vectors are not of their present texts, and writes vectors in small batches,
/// each a transaction of its own. A process that is killed loses at most one batch.
public final class EmbeddingService {
  /// The rows that one query finds.
  static let pageSize = 128
  /// The rows that one transaction writes.
  static let batchSize = 16
  /// The time that is kept for writing a batch and for the response. A text takes up to 0.2 s, on a share of a CPU more.
  static let reserve = Duration.seconds(5)

  private let database: Database
  private let schema: EmbeddingSchema
  private let open: () throws(PipelineError) -> any TextEmbedder
  private var cache = VectorCache()
  let indexes: VectorIndexes

  /// - Parameters:
  ///   - schema: prepares the database.
  ///   - open: opens the model. It is called in each run in a database that can hold vectors, since its version
  ///     is compared with that of the rows.
  public init(
    _ database: Database, schema: EmbeddingSchema, open: @escaping () throws(PipelineError) -> any TextEmbedder
  ) {
    self.database = database
    self.schema = schema
    self.open = open
    indexes = VectorIndexes(database)
  }

  /// Embeds until nothing is left, or until little time is.
  /// - Throws: an error of the database or of the model. What was written before stays.
  public func run(deadline: Deadline) throws(PipelineError) -> EmbeddingReport {
    do { return try embed(deadline: deadline) } catch {
      // The columns may have been dropped while this process lived: the next call looks for them again.
      schema.forget()
      throw error
    }
  }

  private func embed(deadline: Deadline) throws(PipelineError) -> EmbeddingReport {
    var report = EmbeddingReport()
    try database.migrate(deadline: deadline)
    if let obstacle = try schema.prepare(deadline: deadline) {
      report.notes.append("nothing is embedded: \(obstacle)")
      return report
    }
    let embedder = try open()
    let end = deadline.limited(to: max(deadline.remaining - Self.reserve, deadline.remaining / 2))
    for table in EmbeddedTable.all {
      guard try embed(table, with: embedder, until: end, deadline: deadline, &report) else {
        report.more = true
        break
      }
    }
    if report.busy > 0 {
      report.notes.append("others were writing \(report.busy) rows: the next run embeds what is left of them")
    }
    if report.kept > 0 { report.notes.append("the vectors of \(report.kept) rows of the former system are kept") }
    if !report.more { report.notes += buildIndexes(within: end, deadline: deadline) }
    return report
  }

  /// Builds the missing indexes, in half of the time that is left: a build may wait for others' transactions. Without them
  /// all is embedded, so that a failure is a note.
  private func buildIndexes(within end: Deadline, deadline: Deadline) -> [String] {
    do {
      return try indexes.build(within: end.limited(to: end.remaining / 2), deadline: deadline)
    } catch {
      return ["the indexes of the vectors are not built: \(error)"]
    }
  }

  /// - Returns: false if time ran out.
  private func embed(
    _ table: EmbeddedTable, with embedder: any TextEmbedder, until end: Deadline, deadline: Deadline,
    _ report: inout EmbeddingReport
  ) throws(PipelineError) -> Bool {
    var last = 0
    while true {
      guard !end.hasPassed else { return false }
      let query = table.changedRows(after: last, model: embedder.version, limit: Self.pageSize)
      let rows = try database.retrying(deadline: deadline) {
        try database.connection.query(query.sql, query.values, deadline: deadline).map {
          try EmbeddedRow($0, of: table, model: embedder.version)
        }
      }
      guard let final = rows.last else { return true }
      last = final.id
      try look(for: rows, in: table, model: embedder.version, deadline: deadline)
      for start in stride(from: 0, to: rows.count, by: Self.batchSize) {
        let batch = rows[start..<min(start + Self.batchSize, rows.count)]
        var updates: [EmbeddedRow.Update] = []
        for row in batch {
          guard !end.hasPassed else { break }
          updates.append(try update(of: row, in: table, with: embedder))
        }
        try write(updates, to: table, model: embedder.version, deadline: deadline, &report)
        guard updates.count == batch.count else { return false }
      }
    }
  }

  /// Takes the vectors of texts that other rows have.
  private func look(
    for rows: [EmbeddedRow], in table: EmbeddedTable, model: String, deadline: Deadline
  ) throws(PipelineError) {
    let missing = rows.flatMap(\.missing)
    for (index, column) in table.columns.enumerated() {
      let hashes = Set(missing.filter { $0.column == index && cache[$0.hash] == nil }.map(\.hash)).sorted()
      guard !hashes.isEmpty else { continue }
      let query = table.vectors(of: hashes, in: column, model: model)
      let known: [(String, String)] = try database.retrying(deadline: deadline) {
        try database.connection.query(query.sql, query.values, deadline: deadline).map { (try $0[0], try $0[1]) }
      }
      for (hash, vector) in known { cache[hash] = vector }
    }
  }

  private func update(
    of row: EmbeddedRow, in table: EmbeddedTable, with embedder: any TextEmbedder
  ) throws(PipelineError) -> EmbeddedRow.Update {
    var update = EmbeddedRow.Update(id: row.id, source: row.source, formerModel: row.model)
    for step in row.steps {
      switch step {
      case .clear: update.columns.append(.init(hash: nil, vector: nil, keepsVector: false))
      case .keep(let hash): update.columns.append(.init(hash: hash, vector: nil, keepsVector: true))
      case .embed(let text, let hash, let former):
        let vector = try vector(of: text, hash, with: embedder)
        let isKept = former.map { EmbeddingVector.isSame($0, as: vector) } ?? false
        update.columns.append(.init(hash: hash, vector: isKept ? nil : vector, keepsVector: isKept))
        if isKept { update.isKept = true } else { update.isEmbedded = true }
      }
    }
    return update
  }

  private func vector(
    of text: String, _ hash: String, with embedder: any TextEmbedder
  ) throws(PipelineError) -> String {
    if let known = cache[hash] { return known }
    let vector = try embedder.embed(text)
    guard vector.count == EmbeddingVector.dimensions, vector.allSatisfy(\.isFinite) else {
      throw PipelineError(
        .configurationInvalid,
        "the model \(embedder.version) gave \(vector.count) numbers, or some that are none: make its weights again")
    }
    let known = EmbeddingVector.text(vector)
    cache[hash] = known
    return known
  }

  private func write(
    _ updates: [EmbeddedRow.Update], to table: EmbeddedTable, model: String, deadline: Deadline,
    _ report: inout EmbeddingReport
  ) throws(PipelineError) {
    guard !updates.isEmpty else { return }
    let statement = table.update(updates, model: model)
    let written: Set<Int> = try database.retrying(deadline: deadline) {
      Set(try database.connection.query(statement.sql, statement.values, deadline: deadline).map { try $0[0] })
    }
    let done = updates.filter { written.contains($0.id) }
    report.rows[table.name, default: 0] += done.count(where: \.isEmbedded)
    report.kept += done.count { $0.isKept }
    report.busy += updates.count - done.count
  }
}
