import Foundation
import Postgres
import TestSupport
import Time

/// Measures the enricher on the first day of a database, and on the same day once more, beside embedding_legacy.py, which
/// embeds the texts of the same rows as the legacy system's load does. They take turns. Each day has a new process and a
/// new database with pgvector; the geocoder is the stack's.
struct EnrichmentBenchmarks {
  private static let turns = 5
  /// The directory of the release binaries.
  let binaries: URL
  /// The environment of the functions, of a stack with ENRICH=1.
  let environment: [String: String]

  /// The time and memory that a call of the enricher took.
  private struct Cost {
    let milliseconds: Double
    let cpu: Double
    let text: String
  }

  func measurements() throws -> [Measurement] {
    guard let geocoder = environment["TEST_GEOCODER_URL"], TestDatabase.hasVectors else { throw NoEnrichment() }
    let python = try LegacyEmbedding()
    let loader = try WarmLoader(binaries.appending(path: "Loader").path)
    let document = try SampleDay.document(
      shows: SampleDay.showCount, street: "Poplar Walk", sentences: Self.sentences)
    var (first, again, theirs, memory): ([Cost], [Cost], [LegacyEmbedding.Day], [ResidentMemory]) = ([], [], [], [])
    for _ in 0..<Self.turns {
      try loader.empty()
      try loader.execute("drop extension if exists vector cascade")
      _ = try loader.time(document)
      let enricher = try WarmFunction(
        binaries.appending(path: "Enricher").path,
        environment: [
          "PG_DATABASE_URL": loader.database.url, "GEOCODER": "census", "GEOCODER_URL": geocoder,
          "EMBEDDING_WEIGHTS": environment["EMBEDDING_WEIGHTS"] ?? "",
        ])
      let expected = ["\"events\":\(SampleDay.showCount)", "\"found\":\(SampleDay.venueCount)"]
      first.append(try call(enricher, expecting: expected))
      memory.append(ResidentMemory(of: enricher.process))
      theirs.append(try python.embed(loader.database.url))
      again.append(try call(enricher, expecting: ["\"events\":0", "\"looked_up\":0"]))
    }
    let title = "a first day of \(SampleDay.showCount) events"
    func row(_ name: String, _ unit: String, _ samples: [Double], _ target: Measurement.Target? = nil) -> Measurement {
      Measurement(name: name, unit: unit, samples: samples, target: target)
    }
    let pairs = zip(first, theirs)
    let later = zip(again, theirs)
    return [
      row("texts of \(title)", "", theirs.map(\.texts)),
      row("texts that only one of both embedded", "", theirs.map(\.others), .atMost(0.5)),
      row("their vectors: 1e6 * (1 - lowest cosine)", "", theirs.map { 1e6 * (1 - $0.cosine) }, .atMost(100)),
      row("enricher, \(title), CPU", "ms", first.map(\.cpu)),
      row("the legacy system's code, the same texts, CPU", "ms", theirs.map(\.cpu)),
      row("ratio of CPU: enricher to it, a first day", "", pairs.map { $0.cpu / $1.cpu }, .atMost(0.7)),
      row("enricher, \(title)", "ms", first.map(\.milliseconds)),
      row("the legacy system's code, the same texts", "ms", theirs.map(\.milliseconds)),
      row("enricher, the same day again", "ms", again.map(\.milliseconds)),
      row(
        "ratio: the legacy system's code to it, again", "", later.map { $1.milliseconds / $0.milliseconds },
        .atLeast(20)),
      row("ratio of CPU: the legacy system's code to it, again", "", later.map { $1.cpu / $0.cpu }, .atLeast(20)),
      row("enricher, \(title): largest memory", "MB", memory.map(\.largest), .atMost(64)),
      row("of it after the day: of its own", "MB", memory.map(\.anonymous)),
      row("of it after the day: mapped files (weights, program)", "MB", memory.map(\.file)),
    ]
  }

  /// Descriptions of all lengths: none, up to ten sentences, and one that is longer than the model reads.
  private static func sentences(_ number: Int) -> Int? {
    if number == 7 { return 40 }
    return number % 4 == 3 ? nil : [0, 0, 1, 2, 4, 9][number % 6]
  }

  private func call(_ enricher: WarmFunction, expecting parts: [String]) throws -> Cost {
    let before = ProcessorTime.milliseconds(of: enricher.process.id)
    let reply = try enricher.invoke(#"{"dataset": "wwoz", "run": "bench"}"#)
    guard (parts + [#""statusCode":200"#, #""notes":[]"#]).allSatisfy(reply.text.contains) else {
      throw NotEnriched(text: String(reply.text.prefix(600)))
    }
    return Cost(
      milliseconds: reply.milliseconds, cpu: ProcessorTime.milliseconds(of: enricher.process.id) - before,
      text: reply.text)
  }
}

/// An error for a stack without enrichment.
private struct NoEnrichment: Error, CustomStringConvertible {
  let description = "the stack has no enricher: make bench ONLY=enrichment starts one that has it"
}

/// An error for a call that did not do what is measured.
private struct NotEnriched: Error, CustomStringConvertible {
  let text: String
  var description: String { "the enricher did not enrich the benchmark's day as expected: \(text)" }
}

/// The resident memory of a program, in MB, in all and by kind.
private struct ResidentMemory {
  let largest: Double
  let anonymous: Double
  let file: Double

  init(of process: ChildProcess) {
    let status = (try? String(contentsOfFile: "/proc/\(process.id)/status", encoding: .utf8)) ?? ""
    func megabytes(_ name: String) -> Double {
      let line = status.split(separator: "\n").first { $0.hasPrefix("\(name):") }
      return (line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Double($0) } ?? 0) * 1024 / 1e6
    }
    (largest, anonymous, file) = (megabytes("VmHWM"), megabytes("RssAnon"), megabytes("RssFile"))
  }
}

/// embedding_legacy.py, which is kept, as the legacy system's function is.
private final class LegacyEmbedding {
  /// The time that the texts of all rows took.
  struct Day: Decodable {
    let texts: Double
    /// Texts that are not of a stored vector, and stored vectors that are of none of the texts.
    let others: Double
    let cosine: Double
    let milliseconds: Double
    let cpu: Double
  }

  private struct Failed: Error, CustomStringConvertible {
    let description = "embedding_legacy.py failed: see its message above"
  }

  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()

  init() throws {
    process.executableURL = URL(fileURLWithPath: ".local/sentence-transformers/bin/python")
    process.arguments = ["Tests/Benchmarks/embedding_legacy.py"]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
  }

  deinit { process.terminate() }

  /// Embeds the texts of a database's rows.
  func embed(_ url: String) throws -> Day {
    try input.fileHandleForWriting.write(contentsOf: Data("\(url)\n".utf8))
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while read(output.fileHandleForReading.fileDescriptor, &byte, 1) == 1, byte != UInt8(ascii: "\n") {
      bytes.append(byte)
    }
    guard let day = try? JSONDecoder().decode(Day.self, from: Data(bytes)) else { throw Failed() }
    return day
  }
}
