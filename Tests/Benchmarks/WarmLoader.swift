import Foundation
import TestSupport
import Time

/// A loader's process that is kept, as Lambda keeps it between events, with a database and an S3 of its own.
final class WarmLoader {
  /// The milliseconds of the load of a document into empty tables, and of the same document once more.
  struct Pair {
    let first: Double
    let unchanged: Double
  }

  let database: TestDatabase
  private let store: MemoryS3
  private let function: WarmFunction
  private var loads = 0

  init(_ program: String) throws {
    database = try TestDatabase()
    store = try MemoryS3()
    function = try WarmFunction(
      program,
      environment: store.environment.merging([
        "PG_DATABASE_URL": database.url, "S3_BUCKET_NAME": "bench", "S3_REGION": "us-east-1",
      ]) { $1 })
  }

  /// Loads a document twice, into empty tables first.
  func load(_ document: Data) throws -> Pair {
    try empty()
    return Pair(first: try time(document), unchanged: try time(document))
  }

  /// Empties the tables, if there are any.
  func empty() throws {
    guard loads > 0 else { return }
    try execute("truncate events, venues, artists, genres, loads, rejected_records restart identity cascade")
  }

  func execute(_ script: String) throws {
    try database.connect().execute(script: script, deadline: Deadline(after: .seconds(60), on: SystemTime()))
  }

  /// Loads a document.
  /// - Returns: the milliseconds.
  func time(_ document: Data) throws -> Double {
    loads += 1
    let date = SampleDay.date
    let key = "raw/wwoz/events/year=2024/month=05/day=31/events_\(date)_bench-\(loads).json"
    store.put(document, at: key)
    defer { store.remove(key) }
    let reply = try function.invoke(#"{"s3_key": "\#(key)", "date": "\#(date)", "run": "bench-\#(loads)"}"#)
    guard reply.text.contains(#""statusCode":200"#) else { throw LoadFailed(text: String(reply.text.prefix(300))) }
    return reply.milliseconds
  }
}

/// An error for a load that did not succeed.
private struct LoadFailed: Error, CustomStringConvertible {
  let text: String
  var description: String { "the loader did not load the benchmark's document: \(text)" }
}
