import FoundationEssentials
import Text
import Time

/// The metrics of one invocation. CloudWatch reads them from the log, in its embedded metric format, one line of JSON:
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
///
///     context.metrics.count("Found", 33)
///     context.metrics.note("date", "2024-05-31")
///
/// Zero counts are not written. The runtime adds `Duration` (in milliseconds), `ColdStart` for the first invocation of a
/// sandbox and `Errors` for an invocation that failed, and writes the line when the handler has ended. The dimension of all
/// is `Function`; a few may be divided by others as well. AWS charges each combination of dimensions as one metric, so that
/// notes carry further context. Callers note facts, never payloads or secrets.
public final class Metrics {
  /// Units, by the names of CloudWatch.
  public enum Unit: String, Sendable {
    case count = "Count"
    case bytes = "Bytes"
    case milliseconds = "Milliseconds"
  }

  /// The specification's limit of metrics in one directive. A line may have several directives.
  static let maximumPerDirective = 100
  /// The limit of a note in bytes. It keeps the line far below the 256 KB of a log event, whatever the event contains.
  static let maximumNoteBytes = 1024

  private let namespace: String?
  private let function: String?
  private let time: any TimeSource
  private let began: Duration
  private var measured: [String: (value: Double, unit: Unit)] = [:]
  private var notes: [String: String] = [:]
  private var division: (names: Set<String>, dimensions: [(name: String, value: String)]) = ([], [])

  /// Creates the metrics of an invocation that begins now.
  /// - Parameters:
  ///   - namespace: the namespace in CloudWatch; nil writes no line.
  ///   - function: the value of the dimension `Function`; nil or empty for no dimension.
  public init(namespace: String? = nil, function: String? = nil, time: any TimeSource = SystemTime()) {
    self.namespace = namespace
    self.function = function?.isEmpty == true ? nil : function
    self.time = time
    began = time.uptime
  }

  /// Adds to a counter.
  /// - Parameter name: in the style of CloudWatch: `PagesFetched`.
  public func count(_ name: String, _ number: Int = 1) { add(Double(number), to: name, in: .count) }

  /// Adds to a number of bytes.
  public func bytes(_ name: String, _ number: Int) { add(Double(number), to: name, in: .bytes) }

  /// Adds context that can be searched for in the log: it is on this line, and on every line that the invocation's log
  /// writes from now on. It is not a dimension.
  /// - Parameter name: in the style of the log's own fields: `requestId`.
  public func note(_ name: String, _ text: String) {
    notes[name] = Self.cut(text)
  }

  /// Files some metrics under further dimensions, beside the function's. The last call counts.
  /// - Parameters:
  ///   - names: the metrics that are divided, if they are counted.
  ///   - dimensions: the names of the dimensions, in the style of CloudWatch, and their values, which are not empty.
  public func divide(_ names: Set<String>, by dimensions: [(name: String, value: String)]) {
    division = (names, dimensions)
  }

  /// The notes so far, by name. The log writes them on its lines.
  var allNotes: [(name: String, text: String)] {
    notes.sorted { $0.key < $1.key }.map { (name: $0.key, text: $0.value) }
  }

  /// The time since the invocation began.
  public var elapsed: Duration { time.uptime - began }

  /// The elapsed time for people: `16 ms`, `1.2 s`, `75 s`.
  public var took: String {
    let milliseconds = elapsed.inMilliseconds
    return switch milliseconds {
    case ..<1000: "\(milliseconds) ms"
    case ..<10_000: "\(milliseconds / 1000).\(milliseconds / 100 % 10) s"
    default: "\(milliseconds / 1000) s"
    }
  }

  /// The values so far, by name.
  public var values: [String: Double] { measured.mapValues(\.value) }

  private func add(_ number: Double, to name: String, in unit: Unit) {
    guard number != 0 else { return }
    measured[name] = ((measured[name]?.value ?? 0) + number, unit)
  }

  /// Records the end of the invocation.
  /// - Parameter error: the name of its error, if it failed.
  func end(error: String? = nil) {
    measured["Duration"] = ((elapsed.inSeconds * 1e6).rounded() / 1000, .milliseconds)
    guard let error else { return }
    count("Errors")
    note("error", error)
  }

  /// Returns the log line, nil without a namespace. Equal metrics give equal lines.
  /// - Parameter level: the level on the line, by which Lambda filters JSON lines.
  func line(at date: Date, level: Logger.Level) -> String? {
    guard let namespace else { return nil }
    let names = measured.keys.sorted()
    let divided = names.filter(division.names.contains)
    let dimensions = division.dimensions.filter { !$0.value.isEmpty && measured[$0.name] == nil }
    let directives =
      directives(namespace, names, by: function == nil ? [] : ["Function"])
      + (dimensions.isEmpty ? [] : self.directives(namespace, divided, by: dimensions.map(\.name)))
    let milliseconds = Int((date.timeIntervalSince1970 * 1000).rounded(.down))
    var line = "{\"_aws\":{\"Timestamp\":\(milliseconds),\"CloudWatchMetrics\":[\(directives.joined(separator: ","))]}"
    line += ",\"timestamp\":\"\(RFC3339.utc(date))\",\"level\":\"\(level.rawValue)\""
    if let function { line += ",\"Function\":\(function.quotedForLog)" }
    for (name, value) in dimensions { line += ",\(name.quotedForLog):\(Self.cut(value).quotedForLog)" }
    for name in names { line += ",\(name.quotedForLog):\(Self.number(measured[name]?.value ?? 0))" }
    let taken = Set(names + dimensions.map(\.name) + ["_aws", "timestamp", "level", "Function"])
    for (name, text) in notes.sorted(by: { $0.key < $1.key }) where !taken.contains(name) {
      line += ",\(name.quotedForLog):\(text.quotedForLog)"
    }
    return line + "}"
  }

  private func directives(_ namespace: String, _ names: [String], by dimensions: [String]) -> [String] {
    let set = dimensions.map(\.quotedForLog).joined(separator: ",")
    return stride(from: 0, to: names.count, by: Self.maximumPerDirective).map { first in
      let metrics = names[first...].prefix(Self.maximumPerDirective).map { name in
        "{\"Name\":\(name.quotedForLog),\"Unit\":\"\((measured[name]?.unit ?? .count).rawValue)\"}"
      }
      return "{\"Namespace\":\(namespace.quotedForLog),\"Dimensions\":[[\(set)]],"
        + "\"Metrics\":[\(metrics.joined(separator: ","))]}"
    }
  }

  private static func cut(_ text: String) -> String {
    String(decoding: text.utf8.prefix(maximumNoteBytes), as: UTF8.self)
  }

  private static func number(_ value: Double) -> String { Int(exactly: value).map { "\($0)" } ?? "\(value)" }
}
