import Embedding
import Foundation
import ScrapingSupport

/// Compares vectors and speed with sentence-transformers on one thread, which takes turns with this process. Times are CPU
/// times, so that other programs disturb less. With `INSTRUCTIONS=avx2` both sides use AVX2 only, as on a CPU without
/// AVX-512.
struct EmbeddingBenchmarks {
  /// Each fifth text is measured: 200 in all.
  private static let step = 5
  /// A text with as many tokens is a long one.
  private static let long = 128
  private let weights: String
  private let instructions: String?

  init(environment: [String: String]) {
    weights = environment["EMBEDDING_WEIGHTS"] ?? ".local/weights/all-MiniLM-L6-v2.fp16"
    instructions = environment["INSTRUCTIONS"]
  }

  private struct NoInstructions: Error, CustomStringConvertible {
    let description = "this CPU does not have the INSTRUCTIONS: avx512, avx2, neon or portable"
  }

  private func open() throws -> EmbeddingModel {
    guard let instructions else { return try EmbeddingModel(file: weights) }
    guard let model = try EmbeddingModel(file: weights, instructionSet: instructions) else { throw NoInstructions() }
    return model
  }

  func measurements() throws -> [Measurement] {
    let reference = try SentenceTransformers(instructions: instructions)
    let texts = try reference.texts("texts.json")
    let vectors = try reference.vectors()
    let before = try Memory(peakOfNow: true)
    let opening = try milliseconds(count: 50) { _ in _ = try open() }
    let first = try (0..<9).map { _ in
      try cpuMilliseconds { _ = try open().embed("Rebirth Brass Band at the Maple Leaf Bar") }
    }
    let model = try open()
    let cosines = zip(texts.texts, vectors).map { cosine(model.embed($0), $1) }
    let memory = try Memory(peakOfNow: false).peak - before.resident
    let random = try reference.texts("random.json")
    let differences = [texts, random].map { set in
      zip(set.texts, set.tokens).count { model.tokenizer.tokens(of: $0) != $1 }
    }
    let longest = (0..<9).map { _ in cpuMilliseconds { _ = model.embed(texts.texts[3]) } }
    let turns = try stride(from: 0, to: texts.texts.count, by: Self.step).map { index in
      (
        tokens: texts.tokens[index].count, theirs: try reference.embed(index),
        ours: cpuMilliseconds { _ = model.embed(texts.texts[index]) }
      )
    }
    let total = turns.reduce(0) { $0 + $1.theirs } / turns.reduce(0) { $0 + $1.ours }
    let long = turns.filter { $0.tokens >= Self.long }
    func row(_ name: String, _ unit: String, _ samples: [Double], _ target: Measurement.Target? = nil) -> Measurement {
      Measurement(name: name, unit: unit, samples: samples, target: target)
    }
    return [
      row("texts: 1e6 * (1 - lowest cosine)", "", [1e6 * (1 - (cosines.min() ?? 0))], .atMost(100)),
      row("texts with other tokens, of \(texts.texts.count)", "", [Double(differences[0])], .atMost(0.5)),
      row("random texts with other tokens, of \(random.texts.count)", "", [Double(differences[1])], .atMost(0.5)),
      row("opening", "ms", opening, .atMost(1)),
      row("opening and the first sentence, CPU", "ms", first),
      row("memory that embedding adds, peak", "MB", [memory], .atMost(50)),
      row("a text of 256 tokens, CPU", "ms", longest),
      row("a text, CPU, \(model.instructionSet)", "ms", turns.map(\.ours)),
      row("the same with sentence-transformers, one thread", "ms", turns.map(\.theirs)),
      row("ratio: sentence-transformers to this, a text", "", turns.map { $0.theirs / $0.ours }, .atLeast(1.5)),
      row("ratio: sentence-transformers to this, all texts", "", [total], .atLeast(1.5)),
      // For information: the target is for all texts.
      row("ratio, a text of \(Self.long) tokens or more", "", long.map { $0.theirs / $0.ours }),
    ]
  }

  private func cosine(_ first: [Float], _ second: [Float]) -> Double {
    zip(first, second).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }
}

/// The memory of this process, in MB.
private struct Memory {
  let resident: Double
  let peak: Double

  /// - Parameter peakOfNow: forgets the former peak.
  init(peakOfNow: Bool) throws {
    if peakOfNow { try Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs")) }
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    func megabytes(_ name: String) -> Double {
      let line = status.split(separator: "\n").first { $0.hasPrefix("\(name):") }
      return (line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Double($0) } ?? 0) / 1024
    }
    (resident, peak) = (megabytes("VmRSS"), megabytes("VmHWM"))
  }
}

/// Returns the CPU time of this process for some work.
func cpuMilliseconds(_ work: () throws -> Void) rethrows -> Double {
  func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
  }
  let start = now()
  try work()
  return now() - start
}

/// A process of Python that embeds the same texts.
private final class SentenceTransformers {
  struct Texts: Decodable {
    let texts: [String]
    let tokens: [[Int32]]
  }

  private struct Failed: Error, CustomStringConvertible {
    let description = "embedding_reference.py failed: see its message above"
  }

  private let folder = FileManager.default.temporaryDirectory.appending(path: "embedding-\(UUID().uuidString)")
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()

  /// Variables that limit the libraries of torch (its own loops, oneDNN and MKL) to AVX2.
  private static let onlyAVX2 = [
    "ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "MKL_ENABLE_INSTRUCTIONS": "AVX2",
  ]

  /// Returns when the reference's results are there, after some minutes.
  init(instructions: String?) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    process.executableURL = URL(fileURLWithPath: ".local/sentence-transformers/bin/python")
    process.arguments =
      ["Tests/Benchmarks/embedding_reference.py", folder.path] + (CapturedSite.folder.map { [$0.path] } ?? [])
    if instructions == "avx2" {
      process.environment = ProcessInfo.processInfo.environment.merging(Self.onlyAVX2) { $1 }
    }
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    guard line() == "ready" else { throw Failed() }
  }

  deinit {
    process.terminate()
    try? FileManager.default.removeItem(at: folder)
  }

  func texts(_ name: String) throws -> Texts {
    try JSONDecoder().decode(Texts.self, from: Data(contentsOf: folder.appending(path: name)))
  }

  func vectors() throws -> [[Float]] {
    let numbers = try Data(contentsOf: folder.appending(path: "vectors.f32")).withUnsafeBytes {
      Array($0.bindMemory(to: Float.self))
    }
    return stride(from: 0, to: numbers.count, by: EmbeddingModel.dimensions).map {
      Array(numbers[$0..<$0 + EmbeddingModel.dimensions])
    }
  }

  /// - Returns: the milliseconds of CPU time for the vector of a text.
  func embed(_ index: Int) throws -> Double {
    try input.fileHandleForWriting.write(contentsOf: Data("\(index)\n".utf8))
    guard let milliseconds = Double(line()) else { throw Failed() }
    return milliseconds
  }

  private func line() -> String {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while read(output.fileHandleForReading.fileDescriptor, &byte, 1) == 1, byte != UInt8(ascii: "\n") {
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
