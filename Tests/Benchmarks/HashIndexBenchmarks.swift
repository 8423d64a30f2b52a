import Foundation

/// Measures what the indexes on the hashes of embedded texts cost a load: one loader and one database, with and without
/// them in turns. The rows of earlier loads have hashes, as after an enrichment.
struct HashIndexBenchmarks {
  /// The directory of the release binaries.
  let binaries: URL

  private static let sizes = [(events: SampleDay.showCount, turns: 21), (events: 10_000, turns: 5)]
  private static let columns = [
    "venues": ["venue_info_embedding"], "artists": ["description_embedding"], "genres": ["genre_embedding"],
    "events": ["description_embedding", "event_text_embedding"],
  ]

  func measurements() throws -> [Measurement] {
    let loader = try WarmLoader(binaries.appending(path: "Loader").path)
    return try Self.sizes.flatMap { try measure(loader, events: $0.events, turns: $0.turns) }
  }

  private static let names = ["first", "unchanged", "changed"]

  private func measure(_ loader: WarmLoader, events: Int, turns: Int) throws -> [Measurement] {
    let document = try SampleDay.document(shows: events)
    let changed = try SampleDay.document(shows: events, description: "Moved to the big room")
    var (with, without): ([[WarmLoader.Cost]], [[WarmLoader.Cost]]) = ([], [])
    for turn in -1..<turns {
      for hasIndexes in turn.isMultiple(of: 2) ? [true, false] : [false, true] {
        try loader.empty()
        if turn >= 0 { try loader.execute(Self.indexes(hasIndexes)) }
        let first = try loader.time(document)
        try loader.execute(Self.hashes)
        let times = [first, try loader.time(document), try loader.time(changed)]
        guard turn >= 0 else { continue }
        if hasIndexes { with.append(times) } else { without.append(times) }
      }
    }
    let kinds = Self.names.enumerated().flatMap { index, name in
      [(index, name, \WarmLoader.Cost.elapsed), (index, "\(name), CPU", \.cpu)]
    }
    return kinds.flatMap { index, name, value in
      let title = "loader on \(events) events, \(name)"
      return [
        Measurement(
          name: "\(title), with indexes", unit: "ms", samples: with.map { $0[index][keyPath: value] }),
        Measurement(name: "\(title), without", unit: "ms", samples: without.map { $0[index][keyPath: value] }),
        Measurement(
          name: "ratio with to without: \(title)", unit: "",
          samples: zip(with, without).map { $0[index][keyPath: value] / $1[index][keyPath: value] },
          target: .atMost(1.1)),
      ]
    }
  }

  /// Makes or drops the indexes, as migration 13 has them.
  private static func indexes(_ wanted: Bool) -> String {
    each { table, column in
      let name = "\(table)_\(column)_hash"
      return wanted
        ? "create index if not exists \(name) on \(table) (\(column)_hash) where \(column)_hash is not null;"
        : "drop index if exists \(name);"
    }
  }

  /// Gives each row hashes of its own.
  private static let hashes = each { table, column in
    "update \(table) set \(column)_hash = encode(sha256(('\(column)' || id)::bytea), 'hex');"
  }

  private static func each(_ statement: (_ table: String, _ column: String) -> String) -> String {
    columns.flatMap { table, columns in columns.map { statement(table, $0) } }.joined(separator: "\n")
  }
}
