import Foundation
import TestSupport
import Time

/// Measures the functions as Lambda sees them: start time, memory, size and the duration of a warm invocation. With
/// `BASELINE_BINARIES`, the folder of another version's release binaries, the two versions start in turns, and the
/// differences of each turn are measured.
struct FunctionBenchmarks {
  /// The directory of the release binaries.
  let binaries: URL
  /// The directory of another version's release binaries; nil to measure this version only.
  let baseline: URL?
  /// The environment of the functions. Their services need not run.
  let environment: [String: String]

  /// Those of every stack.
  static let functions = ["DateRangeGenerator", "Scraper", "Loader", "CacheManager"]
  /// Those of the stack: with ENRICH=1 the optional one, too.
  private var functions: [String] { Self.functions + (environment["ENRICH"] == "1" ? ["Enricher"] : []) }

  func measurements() throws -> [Measurement] {
    var rows: [Measurement] = []
    for name in functions {
      let starts = try (0..<20).map { _ in try start(name, from: binaries) }
      rows.append(
        Measurement(
          name: "\(name): start to first /next", unit: "ms", samples: starts.map(\.milliseconds), target: .atMost(10)))
      // What it is on an idle machine, at least: others make the start longer, and not the CPU time.
      rows.append(Measurement(name: "\(name): CPU of the start", unit: "ms", samples: starts.map(\.cpu)))
      rows.append(
        Measurement(name: "\(name): resident memory", unit: "MB", samples: starts.map(\.megabytes), target: .atMost(25))
      )
      // Without a target: the limits are of the images, and `make image-check` holds them.
      rows.append(Measurement(name: "\(name): size of the binary", unit: "MB", samples: [try size(name)]))
    }
    if let baseline { rows += try Self.functions.flatMap { try differences($0, baseline) } }
    rows.append(try warmInvocation("machine idle"))
    // In an invocation, the two sides wake each other four times. Waking a sleeping core takes longer than the rest and
    // depends on the machine, so the loop is measured again while work of the lowest priority keeps the cores awake.
    let spinners = try (0..<ProcessInfo.processInfo.activeProcessorCount).map { _ in
      try ChildProcess("/usr/bin/nice", ["-n", "19", "/bin/sh", "-c", "while :; do :; done"])
    }
    defer { for spinner in spinners { spinner.stop() } }
    rows.append(try warmInvocation("cores awake", target: .atMost(0.3)))
    return rows
  }

  /// The budgets are of the sum of all that was added since the other version.
  private func differences(_ name: String, _ baseline: URL) throws -> [Measurement] {
    let pairs = try (0..<40).map { turn in
      // Neither is always the first.
      let other = turn.isMultiple(of: 2) ? try start(name, from: baseline) : nil
      let this = try start(name, from: binaries)
      return (this, try other ?? start(name, from: baseline))
    }
    return [
      Measurement(
        name: "\(name): start, more than the other version", unit: "ms",
        samples: pairs.map { $0.milliseconds - $1.milliseconds }, target: .atMost(0.5)),
      Measurement(
        name: "\(name): resident memory, more than it", unit: "MB",
        samples: pairs.map { $0.megabytes - $1.megabytes }, target: .atMost(2)),
    ]
  }

  /// Measures a process from its start to its first request, and stops it.
  private func start(
    _ name: String, from binaries: URL
  ) throws -> (milliseconds: Double, cpu: Double, megabytes: Double) {
    let time = SystemTime()
    let asked = DispatchSemaphore(value: 0)
    let server = try ScriptedServer { _ in
      asked.signal()
      // The response is held until the process is stopped, while it waits for its first event.
      return .http(200, [], "", delay: 0.05)
    }
    defer { server.stop() }
    let start = time.uptime
    let process = try ChildProcess(
      binaries.appending(path: name).path,
      environment: environment.merging(["AWS_LAMBDA_RUNTIME_API": "127.0.0.1:\(server.port)"]) { $1 })
    guard asked.wait(timeout: .now() + 10) == .success else { throw NoRequest(name: name) }
    let elapsed = time.uptime - start
    let (cpu, memory) = (ProcessorTime.milliseconds(of: process.id), process.residentBytes)
    process.stop()
    return (elapsed.inSeconds * 1000, cpu, Double(memory) / 1e6)
  }

  private func size(_ name: String) throws -> Double {
    let values = try binaries.appending(path: name).resourceValues(forKeys: [.fileSizeKey])
    return Double(values.fileSize ?? 0) / 1e6
  }

  /// Measures the runtime loop, including the loopback: the time from sending an event until its response and the next
  /// `/next` have arrived, with the fastest handler.
  private func warmInvocation(_ condition: String, target: Measurement.Target? = nil) throws -> Measurement {
    let time = SystemTime()
    let wanted = 2000
    let turns = Turns()
    let done = DispatchSemaphore(value: 0)
    let server = try ScriptedServer { request in
      guard request.method == "GET" else { return .http(202) }
      let number = turns.add(time.uptime)
      if number == wanted { done.signal() }
      if number > wanted { return .http(200, [], "", delay: 1) }
      return .http(200, [("Lambda-Runtime-Aws-Request-Id", "id-\(number)")], #"{"days_ahead":0}"#)
    }
    defer { server.stop() }
    let process = try ChildProcess(
      binaries.appending(path: "DateRangeGenerator").path,
      environment: ["AWS_LAMBDA_RUNTIME_API": "127.0.0.1:\(server.port)", "AWS_LAMBDA_LOG_LEVEL": "FATAL"])
    done.wait()
    process.stop()
    let moments = turns.moments.dropFirst(100)
    let samples = zip(moments.dropFirst(), moments).map { ($0 - $1).inSeconds * 1000 }
    return Measurement(
      name: "one warm invocation, loop and loopback, \(condition)", unit: "ms", samples: samples, target: target)
  }
}

/// An error for a function that ended or hung before it requested an event.
struct NoRequest: Error, CustomStringConvertible {
  let name: String
  var description: String { "\(name) never requested an event: run it by hand and read its log" }
}

/// The times at which events were requested.
private final class Turns: @unchecked Sendable {
  private let lock = NSLock()
  private var kept: [Duration] = []

  var moments: [Duration] { lock.withLock { kept } }

  func add(_ moment: Duration) -> Int {
    lock.withLock {
      kept.append(moment)
      return kept.count
    }
  }
}
