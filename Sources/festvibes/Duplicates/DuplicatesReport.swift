import Contracts
import Foundation
import Ledger
import Postgres
import Similarity
import Time

/// The duplicates of a list, in the shape of system 001's report.
struct DuplicatesReport {
  let report: DuplicateSearch.Report
  let kind: DuplicateKind
  let threshold: Double

  func json() throws -> String {
    let duplicates: [[String: Any]] = report.duplicates.map { duplicate in
      [
        "duplicate_id": duplicate.id, "master_id": duplicate.master,
        "similarity_score": PairScores.rounded(duplicate.similarity), "match_columns": kind.columns,
      ]
    }
    return try JSONText.line([
      "kind": kind.rawValue, "threshold": threshold, "kept": report.kept, "duplicates": duplicates,
    ])
  }
}

/// Pairs of names with all scores.
struct PairScores {
  struct Pair {
    let kind: DuplicateKind
    let a: String
    let b: String
  }

  private let pairs: [Pair]
  private let threshold: Double?

  /// - Parameter threshold: nil for that of each pair's kind.
  init(_ pairs: [Pair], threshold: Double?) {
    self.pairs = pairs
    self.threshold = threshold
  }

  func json() throws -> String {
    let objects: [[String: Any]] = pairs.map { pair in
      let (a, b) = (NormalizedName(pair.a), NormalizedName(pair.b))
      // An empty text is compared with nothing.
      let scores = a.isEmptyInput || b.isEmptyInput ? nil : NameScores(a, b)
      let similarity = NameScores.similarity(a, b)
      return [
        "kind": String(pair.kind.rawValue.dropLast()), "a": pair.a, "b": pair.b, "normalised": [a.text, b.text],
        "score": Self.rounded(similarity), "duplicate": similarity >= threshold ?? pair.kind.threshold,
        "ratio": Self.rounded(scores?.ratio), "partial_ratio": Self.rounded(scores?.partialRatio),
        "token_sort_ratio": Self.rounded(scores?.tokenSortRatio),
        "token_set_ratio": Self.rounded(scores?.tokenSetRatio),
      ]
    }
    return try JSONText.line(["pairs": objects])
  }

  /// Six digits.
  static func rounded(_ value: Double) -> Double { (value * 1_000_000).rounded() / 1_000_000 }

  private static func rounded(_ value: Double?) -> Any {
    guard let value else { return NSNull() }
    return rounded(value) as Double
  }
}

extension Stores {
  /// Returns the rows of a table of the catalog, by source and id.
  /// - Throws: `CommandError` if no dataset has filled the catalog.
  func catalogRows(of kind: DuplicateKind) throws -> [DuplicateSearch.Row] {
    try loading("festvibes-duplicates") { loading, deadline in
      let isThere: Bool = try loading.database.reading(
        PostgresStatement("select to_regclass($1) is not null", [.text(kind.table)]), deadline: deadline
      ) { try $0[0][0] }
      guard isThere else {
        throw CommandError("the table \(kind.table) does not exist: no dataset has filled it yet")
      }
      let columns = kind.columns.map { "coalesce(\($0), '')" }.joined(separator: ", ")
      return try loading.database.reading(
        PostgresStatement(
          "select array[\(columns)] as columns, \(kind.id) as id from \(kind.table) order by source, \(kind.id)"),
        deadline: deadline
      ) { rows in
        try rows.map { DuplicateSearch.Row(id: try $0["id"], values: try $0["columns"]) }
      }
    }
  }
}
