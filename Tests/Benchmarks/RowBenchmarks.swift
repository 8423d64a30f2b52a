import AWS
import ConcertsSink
import Contracts
import Definitions
import Foundation
import Ledger
import Postgres
import PostgresSink
import RawStore
import TestSupport
import Time

/// Measures the sink for declared tables, from a document in S3 to the commit, beside psycopg2's execute_values, which
/// upserts the same rows from a list in memory. They take turns on one server, each with a database of its own.
struct RowBenchmarks {
  private static let rows = 20_000
  private static let turns = 9
  private let deadline = Deadline(after: .seconds(600), on: SystemTime())

  func measurements() throws -> [Measurement] {
    let document = Self.document(price: "1.25")
    let changed = Self.document(price: "2.50")
    let sink = try SinkLoads()
    let python = try ExecuteValues(document)
    var samples: [String: [Double]] = [:]
    for turn in -1..<Self.turns {
      try sink.empty(deadline)
      try python.empty(deadline)
      let times = [
        ("first", try sink.load(document, deadline)), ("unchanged", try sink.load(document, deadline)),
        ("changed", try sink.load(changed, deadline)), ("python 1000", try python.upsert(1000)),
        ("python again", try python.upsert(1000)),
      ]
      try python.empty(deadline)
      let small = ("python 100", try python.upsert(100))
      guard turn >= 0 else { continue }
      for (name, time) in times + [small] { samples[name, default: []].append(time) }
    }
    func row(_ name: String, _ title: String) -> Measurement {
      Measurement(name: title, unit: "ms", samples: samples[name] ?? [])
    }
    let best = zip(samples["python 1000"] ?? [], samples["python 100"] ?? []).map(min)
    let first = samples["first"] ?? []
    return [
      row("first", "postgres sink, \(Self.rows) rows of 10 columns, first"),
      row("unchanged", "the same, unchanged"), row("changed", "the same, every row changed"),
      Measurement(
        name: "postgres sink, rows of 10 columns", unit: "/s", samples: first.map { Double(Self.rows) / $0 * 1000 },
        target: .atLeast(30_000)),
      row("python 100", "execute_values, 100 rows a statement, first"),
      row("python 1000", "execute_values, 1000 rows a statement, first"),
      row("python again", "the same, again"),
      Measurement(
        name: "ratio: postgres sink to execute_values", unit: "", samples: zip(first, best).map { $0 / $1 },
        target: .atMost(1)),
    ]
  }

  /// Returns an extract document of invented products.
  private static func document(price: String) -> Data {
    let records = (0..<rows).map { number in
      """
      {"id":"product-\(number)","name":"A product with the number \(number)","price":\(price),"score":\(number).5,\
      "rank":\(number),"active":\(number % 2 == 0),"day":"2024-05-\(10 + number % 20)",\
      "seen":"2024-05-31T\(10 + number % 13):30:00+00:00","tags":["tag \(number % 7)","tag \(number % 11)"],\
      "attributes":{"color":"color \(number % 5)","size":\(number % 40)},"_record":"urn:uuid:0b6c1e0c-8f1c-4a55-9f0e-5d9a1b1c2d3e#\(number)"}
      """
    }
    return Data(#"{"ingestion_result":{"success":true},"records":[\#(records.joined(separator: ","))]}"#.utf8)
  }
}

/// A sink and an S3 with its documents.
private final class SinkLoads {
  private let database = Result { try TestDatabase() }
  private let store: MemoryS3
  private let raw: RawStore
  private let sink: PostgresSink
  private let dataset = Dataset(
    id: "products", dataType: "products", timeZone: "UTC", extractor: "none", sinks: ["postgres"])
  private var loads = 0

  private static let definition = """
    dataset_id: products
    data_type: products
    extract: {}
    load:
      plugin: postgres
      table: product_rows
      key: id
      columns:
        id: text
        name: text
        price: numeric(12,2)
        score: double
        rank: integer
        active: boolean
        day: date
        seen: timestamptz
        tags: text[]
        attributes: jsonb
    """

  init() throws {
    store = try MemoryS3()
    raw = try RawStore(
      bucket: "bench", session: AWSSession(environment: store.environment, region: "us-east-1", time: SystemTime()))
    let (definition, problems) = Definition.read(
      Array(Self.definition.utf8), file: "bench.yaml", plugins: KnownPlugins(load: [PostgresSink.form])
    ) { _, _ in nil }
    guard let section = definition?.sinks.first else { throw BenchmarkFailed(text: "\(problems)") }
    sink = try PostgresSink(
      Database(url: database.get().url, migrations: ConcertsSink.migrations), dataset: dataset, section: section)
  }

  func empty(_ deadline: Deadline) throws {
    guard loads > 0 else { return }
    try database.get().connect().execute(
      script: "truncate product_rows, loads, rejected_records", deadline: deadline)
  }

  /// - Returns: the milliseconds from the request for the document to the end of the commit.
  func load(_ document: Data, _ deadline: Deadline) throws -> Double {
    loads += 1
    let key = "raw/products/\(loads).json"
    store.put(document, at: key)
    let target = LoadTarget(dataset: dataset, item: try WorkItem(id: "all"), key: key, run: "bench-\(loads)")
    let start = SystemTime().uptime
    let report = try sink.load(raw.get(key, deadline: deadline), for: target, deadline: deadline)
    let milliseconds = (SystemTime().uptime - start).inSeconds * 1000
    store.remove(key)
    guard report.rejections.isEmpty else { throw BenchmarkFailed(text: "\(report.rejections[0])") }
    return milliseconds
  }
}

/// A process of Python with the rows in memory.
private final class ExecuteValues {
  private let database = Result { try TestDatabase() }
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()

  init(_ document: Data) throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "rows-\(UInt32.random(in: 0 ... .max)).json")
    try document.write(to: file)
    process.executableURL = URL(fileURLWithPath: ".local/venv/bin/python")
    process.arguments = ["Tests/Benchmarks/execute_values.py", file.path, try database.get().url]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
  }

  deinit { process.terminate() }

  func empty(_ deadline: Deadline) throws {
    try database.get().connect().execute(
      script:
        "do $$ begin if to_regclass('execute_values_rows') is not null then truncate execute_values_rows; end if; end $$",
      deadline: deadline)
  }

  /// - Returns: the milliseconds of an upsert, with its commit.
  func upsert(_ pageSize: Int) throws -> Double {
    try input.fileHandleForWriting.write(contentsOf: Data("\(pageSize)\n".utf8))
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while read(output.fileHandleForReading.fileDescriptor, &byte, 1) == 1, byte != UInt8(ascii: "\n") {
      line.append(byte)
    }
    guard let milliseconds = Double(String(decoding: line, as: UTF8.self)) else {
      throw BenchmarkFailed(text: "execute_values.py gave no time: is psycopg2 in .local/venv? make bench installs it")
    }
    return milliseconds
  }
}

private struct BenchmarkFailed: Error, CustomStringConvertible {
  let text: String
  var description: String { text }
}
