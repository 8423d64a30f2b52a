import Foundation
import TestSupport
import Time

/// A loader's process that is kept, as Lambda keeps it between events, with a database and an S3 of its own.
final class WarmLoader {
  /// The duration of a load, in milliseconds.
  struct Cost {
    let elapsed: Double
    /// The CPU time of the loader and of the server's process for it. Other programs disturb it less.
    let cpu: Double
  }

  /// The load of a document into empty tables, and of the same document once more.
  struct Pair {
    let first: Cost
    let unchanged: Cost
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
  func time(_ document: Data) throws -> Cost {
    loads += 1
    let before = try cpu()
    let date = SampleDay.date
    let key = "raw/wwoz/events/year=2024/month=05/day=31/events_\(date)_bench-\(loads).json"
    store.put(document, at: key)
    defer { store.remove(key) }
    let reply = try function.invoke(#"{"s3_key": "\#(key)", "date": "\#(date)", "run": "bench-\#(loads)"}"#)
    guard reply.text.contains(#""statusCode":200"#) else { throw LoadFailed(text: String(reply.text.prefix(300))) }
    return Cost(elapsed: reply.milliseconds, cpu: try cpu() - before)
  }

  /// The CPU time so far, in milliseconds: the loader keeps its connection, which has a process of the server.
  private func cpu() throws -> Double {
    let servers: [Int] = try database.connect().query(
      "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
      deadline: Deadline(after: .seconds(60), on: SystemTime())
    ).map { try $0[0] }
    return ([Int(function.process.id)] + servers).map { ProcessorTime.milliseconds(of: pid_t($0)) }.reduce(0, +)
  }
}

/// An error for a load that did not succeed.
private struct LoadFailed: Error, CustomStringConvertible {
  let text: String
  var description: String { "the loader did not load the benchmark's document: \(text)" }
}
