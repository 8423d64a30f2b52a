import Foundation
import TestSupport
import Time

/// Measures the loads of time series into versions, by the loader's binary, from the event to the response: 10,000 points of
/// ten series, first, unchanged, and with one revised figure; and the memory for 100,000 points. Beside it a plain program
/// in Python takes turns, which writes as system 002 does: every file of a version, one after the other.
struct VersionBenchmarks {
  private static let turns = 5
  let binaries: URL

  func measurements() throws -> [Measurement] {
    var samples: [String: [Double]] = [:]
    var requests: [String: [Double]] = [:]
    var loader = try SeriesLoader(binaries)
    let python = try FormerLoader(points: Self.points(10_000))
    for turn in -1..<Self.turns {
      loader.empty()
      for (name, revised) in [("first", 0), ("unchanged", 0), ("revised", 1)] {
        let load = try loader.load([Self.document(10_000, revised: revised)])
        guard turn >= 0 else { continue }
        samples[name, default: []].append(load.milliseconds)
        requests[name, default: []].append(Double(load.requests))
      }
      let former = try python.load()
      guard turn >= 0 else { continue }
      samples["python", default: []].append(former.milliseconds)
      requests["python", default: []].append(Double(former.requests))
    }
    let small = loader.megabytes
    loader = try SeriesLoader(binaries)
    let parts = (0..<5).map { Self.points(20_000, from: $0 * 20_000, of: 100_000) }
    let large = try loader.load(SeriesLoader.documents(parts))
    func row(_ name: String, _ title: String, _ target: Measurement.Target? = nil) -> [Measurement] {
      [
        Measurement(name: title, unit: "ms", samples: samples[name] ?? [], target: target),
        Measurement(name: "its calls of S3, with the document's", unit: "", samples: requests[name] ?? []),
      ]
    }
    let ratios = zip(samples["first"] ?? [], samples["python"] ?? []).map { $0 / $1 }
    return row("first", "versions: load of 10,000 points, first") + row("unchanged", "the same, unchanged")
      + row("revised", "the same, one figure revised") + row("python", "Python, as system 002 writes: each version")
      + [
        Measurement(name: "ratio: first load to Python", unit: "", samples: ratios, target: .atMost(1)),
        Measurement(name: "loader's memory, 10,000 points", unit: "MB", samples: [small], target: .atMost(128)),
        Measurement(name: "load of 100,000 points, in 5 parts", unit: "ms", samples: [large.milliseconds]),
        Measurement(
          name: "loader's memory, 100,000 points", unit: "MB", samples: [loader.megabytes], target: .atMost(200)),
      ]
  }

  /// Daily points of ten series, as JSON with commas between them.
  private static func points(_ count: Int, from start: Int = 0, of all: Int? = nil, revised: Int = 0) -> String {
    let days = (all ?? count) / 10
    return (start..<start + count).map { index in
      let day = CalendarDate(daysSinceEpoch: 10_957 + index % days)
      let value = index < revised ? "99.25" : "\(index % 977).\(index % 89 + 10)"
      return """
        {"obs_time":"\(day)T00:00:00-03:00","internal_series_code":"SERIES_NUMBER_\(index / days)_ARS_BN_D",\
        "value":\(value),"unit":"ARS_billions","frequency":"D","collection_date":"2026-11-28T03:00:00.000Z",\
        "_record":"urn:uuid:0b6c1e0c-8f1c-4a55-9f0e-5d9a1b1c2d3e#\(index)"}
        """
    }.joined(separator: ",")
  }

  private static func document(_ count: Int, revised: Int) -> String {
    """
    {"ingestion_result":{"success":true,"timestamp":"2026-11-28T03:00:00.000Z"},\
    "records":[\(points(count, revised: revised))],"rejected":[]}
    """
  }
}

/// The loader's process, with a dataset of series, an S3 in memory and no database.
private final class SeriesLoader {
  private let store: MemoryS3
  private let folder: URL
  private let function: WarmFunction
  private var loads = 0
  private static let key = "raw/bench/series/year=2026/month=11/day=28/series_all_"

  init(_ binaries: URL) throws {
    store = try MemoryS3()
    folder = FileManager.default.temporaryDirectory.appending(path: "series-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder.appending(path: "bench"), withIntermediateDirectories: true)
    try Data(
      """
      dataset_id: bench
      data_type: series
      extract: {plugin: http, url: "http://127.0.0.1/"}
      load: {plugin: s3_versioned, bucket: bench}
      """.utf8
    ).write(to: folder.appending(path: "bench/dataset.yaml"))
    function = try WarmFunction(
      binaries.appending(path: "Loader").path,
      environment: store.environment.merging([
        "LEDGER": "off", "S3_BUCKET_NAME": "bench", "S3_REGION": "us-east-1", "AWS_REGION": "us-east-1",
        "DATASETS_DIR": folder.path,
      ]) { $1 })
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  var megabytes: Double { Double(function.process.largestResidentBytes) / 1e6 }

  func empty() { for key in store.keys where key.hasPrefix("datasets/") { store.remove(key) } }

  /// Returns the documents of parts.
  static func documents(_ parts: [String]) -> [String] {
    let keys = parts.indices.dropFirst().map { "\"\(key)1_\($0 + 1).json\"" }.joined(separator: ",")
    return parts.enumerated().map { index, points in
      let description =
        index == 0
        ? #"{"complete":true,"keys":[\#(keys)],"number":1,"records":\#(parts.count * 20_000),"rejected":0}"#
        : #"{"number":\#(index + 1),"of":"\#(key)1.json"}"#
      let time = index == 0 ? #","timestamp":"2026-11-28T03:00:00.000Z""# : ""
      return
        #"{"parts":\#(description),"ingestion_result":{"success":true\#(time)},"records":[\#(points)],"rejected":[]}"#
    }
  }

  /// Loads a document: the first of the parts, with the others.
  func load(_ documents: [String]) throws -> (milliseconds: Double, requests: Int) {
    loads += 1
    let keys = documents.indices.map { "\(Self.key)\(loads)\($0 == 0 ? "" : "_\($0 + 1)").json" }
    for (key, document) in zip(keys, documents) { store.put(Data(document.utf8), at: key) }
    store.forget()
    let reply = try function.invoke(
      #"{"dataset": "bench", "item": {"id": "all"}, "s3_key": "\#(keys[0])", "run": "\#(loads)"}"#)
    let requests = store.requests.count
    for key in keys { store.remove(key) }
    guard reply.text.contains(#""statusCode":200"#) else {
      throw VersionBenchmarkFailed(text: "\(reply.text.prefix(400))")
    }
    return (reply.milliseconds, requests)
  }
}

/// A process of Python with the points in memory.
private final class FormerLoader {
  private let store: MemoryS3
  private let process = Process()
  private let (input, output) = (Pipe(), Pipe())

  init(points: String) throws {
    store = try MemoryS3()
    let file = FileManager.default.temporaryDirectory.appending(path: "points-\(UUID().uuidString).json")
    try Data("[\(points)]".utf8).write(to: file)
    process.executableURL = URL(fileURLWithPath: ".local/venv/bin/python")
    process.arguments = ["Tests/Benchmarks/versions_reference.py", file.path]
    process.environment = store.environment
    process.standardInput = input
    process.standardOutput = output
    try process.run()
  }

  deinit { process.terminate() }

  func load() throws -> (milliseconds: Double, requests: Int) {
    store.forget()
    try input.fileHandleForWriting.write(contentsOf: Data("load\n".utf8))
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while read(output.fileHandleForReading.fileDescriptor, &byte, 1) == 1, byte != UInt8(ascii: "\n") {
      line.append(byte)
    }
    guard let milliseconds = Double(String(decoding: line, as: UTF8.self)) else {
      throw VersionBenchmarkFailed(
        text: "versions_reference.py gave no time: is boto3 in .local/venv? make up installs it")
    }
    return (milliseconds, store.requests.count)
  }
}

private struct VersionBenchmarkFailed: Error, CustomStringConvertible {
  let text: String
  var description: String { text }
}
