import Foundation
import TestSupport
import Time

/// Measures loads by the loader's process, with reading the document. S3 and the runtime API are in this process. With
/// `BASELINE_BINARIES`, the folder of another version's release binaries, the two versions take turns on databases of
/// their own, and the ratios are printed.
struct LoadBenchmarks {
  /// The directory of the release binaries.
  let binaries: URL
  /// The other version's.
  let baseline: URL?

  private static let sizes = [(events: SampleDay.showCount, turns: 21), (events: 10_000, turns: 7)]

  func measurements() throws -> [Measurement] {
    let loader = try WarmLoader(binaries.appending(path: "Loader").path)
    let other = try baseline.map { try WarmLoader($0.appending(path: "Loader").path) }
    return try Self.sizes.flatMap { try measure(loader, other, events: $0.events, turns: $0.turns) }
  }

  private func measure(
    _ loader: WarmLoader, _ other: WarmLoader?, events: Int, turns: Int
  ) throws -> [Measurement] {
    let document = try SampleDay.document(shows: events)
    var own: [WarmLoader.Pair] = []
    var others: [WarmLoader.Pair] = []
    for turn in -1..<turns {
      let pair = try loader.load(document)
      let otherPair = try other?.load(document)
      guard turn >= 0 else { continue }
      own.append(pair)
      if let otherPair { others.append(otherPair) }
    }
    var rows: [Measurement] = []
    for (name, value) in [("first", \WarmLoader.Pair.first), ("unchanged", \.unchanged)] {
      let title = "loader on \(events) events, \(name)"
      rows.append(Measurement(name: title, unit: "ms", samples: own.map { $0[keyPath: value] }))
      guard !others.isEmpty else { continue }
      rows += [
        Measurement(name: "baseline \(title)", unit: "ms", samples: others.map { $0[keyPath: value] }),
        Measurement(
          name: "ratio to the baseline: \(title)", unit: "",
          samples: zip(own, others).map { $0[keyPath: value] / $1[keyPath: value] }, target: .atMost(1.1)),
      ]
    }
    return rows
  }
}

/// A loader's process that is kept, as Lambda keeps it between events, with a database and an S3 of its own.
private final class WarmLoader {
  /// The milliseconds of the load of a document into empty tables, and of the same document once more.
  struct Pair {
    let first: Double
    let unchanged: Double
  }

  private static let timeout = 120
  private let database: TestDatabase
  private let store: MemoryS3
  private let runtime: ScriptedServer
  private let process: ChildProcess
  private let event = Locked("")
  private let response = Locked("")
  private let isAsked = DispatchSemaphore(value: 0)
  private let isDone = DispatchSemaphore(value: 0)
  private var loads = 0

  init(_ program: String) throws {
    database = try TestDatabase()
    store = try MemoryS3()
    let (event, response, isAsked, isDone) = (event, response, isAsked, isDone)
    runtime = try ScriptedServer { request in
      if request.method == "POST" {
        response.change { $0 = String(decoding: request.body, as: UTF8.self) }
        isDone.signal()
        return .http(202)
      }
      isAsked.wait()
      let deadline = Int(Date().timeIntervalSince1970 * 1000) + Self.timeout * 1000
      let headers = [("Lambda-Runtime-Aws-Request-Id", "bench"), ("Lambda-Runtime-Deadline-Ms", "\(deadline)")]
      return .http(200, headers, event.change { $0 })
    }
    process = try ChildProcess(
      program,
      environment: store.environment.merging([
        "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:\(runtime.port)", "PG_DATABASE_URL": database.url,
        "S3_BUCKET_NAME": "bench", "S3_REGION": "us-east-1", "AWS_LAMBDA_LOG_LEVEL": "FATAL",
      ]) { $1 })
  }

  deinit {
    process.stop()
    isAsked.signal()
    runtime.stop()
  }

  func load(_ document: Data) throws -> Pair {
    if loads > 0 {
      try database.connect().execute(
        script: "truncate events, venues, artists, genres, loads, rejected_records restart identity cascade",
        deadline: Deadline(after: .seconds(60), on: SystemTime()))
    }
    return Pair(first: try time(document), unchanged: try time(document))
  }

  private func time(_ document: Data) throws -> Double {
    loads += 1
    let (date, time) = (SampleDay.date, SystemTime())
    let key = "raw/wwoz/events/year=2024/month=05/day=31/events_\(date)_bench-\(loads).json"
    store.put(document, at: key)
    event.change { $0 = #"{"s3_key": "\#(key)", "date": "\#(date)", "run": "bench-\#(loads)"}"# }
    let start = time.uptime
    isAsked.signal()
    guard isDone.wait(timeout: .now() + .seconds(Self.timeout)) == .success else { throw NoRequest(name: "Loader") }
    let milliseconds = (time.uptime - start).inSeconds * 1000
    let text = response.change { $0 }
    store.remove(key)
    guard text.contains(#""statusCode":200"#) else { throw LoadFailed(text: String(text.prefix(300))) }
    return milliseconds
  }
}

/// An error for a load that did not succeed.
private struct LoadFailed: Error, CustomStringConvertible {
  let text: String
  var description: String { "the loader did not load the benchmark's document: \(text)" }
}
