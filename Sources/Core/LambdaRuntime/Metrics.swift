import FoundationEssentials
import Text
import Time

/// The numbers of one invocation, which CloudWatch reads out of the log: its embedded metric format, one line of JSON,
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
///
///     context.metrics.count("Found", 33)
///     context.metrics.note("date", "2024-05-31")
///
/// What did not happen is no metric: a count of zero leaves no trace. The runtime adds `Duration`, `ColdStart` for the
/// first invocation of a sandbox, and `Errors` for one that failed, and writes the line when the handler has ended.
/// The one dimension is `Function`, since each combination of dimensions is a metric of its own, to be paid for; what a
/// number is of stands beside it as a note. A caller notes facts, never payloads and never secrets.
public final class Metrics {
  /// As CloudWatch calls them.
  public enum Unit: String, Sendable {
    case count = "Count"
    case bytes = "Bytes"
    case milliseconds = "Milliseconds"
  }

  /// The specification's limit for one directive; a line may have several.
  static let maximumPerDirective = 100
  /// Bytes of a note: whatever an event names, the line stays far below the 256 KB of a log event.
  static let maximumNoteBytes = 1024

  private let namespace: String?
  private let function: String?
  private let time: any TimeSource
  private let began: Duration
  private var measured: [String: (value: Double, unit: Unit)] = [:]
  private var notes: [String: String] = [:]

  /// The metrics of an invocation that begins now.
  /// - Parameters:
  ///   - namespace: under which CloudWatch keeps them; without one no line is written.
  ///   - function: the value of the dimension `Function`; without one there is no dimension.
  public init(namespace: String? = nil, function: String? = nil, time: any TimeSource = SystemTime()) {
    self.namespace = namespace
    self.function = function?.isEmpty == true ? nil : function
    self.time = time
    began = time.uptime
  }

  /// Counts something that happened; a name that comes again is added up.
  /// - Parameter name: in CloudWatch's manner, `PagesFetched`.
  public func count(_ name: String, _ number: Int = 1) { add(Double(number), to: name, in: .count) }

  /// Adds to an amount of bytes.
  public func bytes(_ name: String, _ number: Int) { add(Double(number), to: name, in: .bytes) }

  /// Notes what the numbers are of: to be searched for in the log, and no dimension.
  /// - Parameter name: in the manner of the log's own fields, `requestId`.
  public func note(_ name: String, _ text: String) {
    notes[name] = String(decoding: text.utf8.prefix(Self.maximumNoteBytes), as: UTF8.self)
  }

  /// The time since the invocation began.
  public var elapsed: Duration { time.uptime - began }

  /// The same for a person: `16 ms`, `1.2 s`, `75 s`.
  public var took: String {
    let milliseconds = elapsed.inMilliseconds
    return switch milliseconds {
    case ..<1000: "\(milliseconds) ms"
    case ..<10_000: "\(milliseconds / 1000).\(milliseconds / 100 % 10) s"
    default: "\(milliseconds / 1000) s"
    }
  }

  /// What has been counted so far, by name.
  public var values: [String: Double] { measured.mapValues(\.value) }

  private func add(_ number: Double, to name: String, in unit: Unit) {
    guard number != 0 else { return }
    measured[name] = ((measured[name]?.value ?? 0) + number, unit)
  }

  /// The invocation has ended.
  /// - Parameter error: the name of the error with which it failed.
  func end(error: String? = nil) {
    measured["Duration"] = ((elapsed.inSeconds * 1e6).rounded() / 1000, .milliseconds)
    guard let error else { return }
    count("Errors")
    note("error", error)
  }

  /// The line; nil without a namespace. The same metrics always have the same line.
  /// - Parameter level: by which Lambda decides whether to keep a line of JSON, as it does with any other.
  func line(at date: Date, level: Logger.Level) -> String? {
    guard let namespace else { return nil }
    let names = measured.keys.sorted()
    let directives = stride(from: 0, to: names.count, by: Self.maximumPerDirective).map { first in
      let metrics = names[first...].prefix(Self.maximumPerDirective).map { name in
        "{\"Name\":\(name.quotedForJSON()),\"Unit\":\"\((measured[name]?.unit ?? .count).rawValue)\"}"
      }
      return "{\"Namespace\":\(namespace.quotedForJSON()),\"Dimensions\":[[\(function == nil ? "" : "\"Function\"")]],"
        + "\"Metrics\":[\(metrics.joined(separator: ","))]}"
    }
    let milliseconds = Int((date.timeIntervalSince1970 * 1000).rounded(.down))
    var line = "{\"_aws\":{\"Timestamp\":\(milliseconds),\"CloudWatchMetrics\":[\(directives.joined(separator: ","))]}"
    line += ",\"timestamp\":\"\(RFC3339.utc(date))\",\"level\":\"\(level.rawValue)\""
    if let function { line += ",\"Function\":\(function.quotedForJSON())" }
    for name in names { line += ",\(name.quotedForJSON()):\(Self.number(measured[name]?.value ?? 0))" }
    let taken = Set(names + ["_aws", "timestamp", "level", "Function"])
    for (name, text) in notes.sorted(by: { $0.key < $1.key }) where !taken.contains(name) {
      line += ",\(name.quotedForJSON()):\(text.quotedForJSON())"
    }
    return line + "}"
  }

  private static func number(_ value: Double) -> String { Int(exactly: value).map { "\($0)" } ?? "\(value)" }
}
