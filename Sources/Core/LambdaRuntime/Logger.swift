import FoundationEssentials
import Glibc
import Text
import Time

/// Writes a function's log: one line per entry, as JSON or text, as Lambda's advanced logging controls say. Callers pass
/// facts as fields, never payloads or secrets.
public struct Logger {
  /// The value of a field.
  public enum Value: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, Sendable
  {
    case text(String)
    case number(Double)
    case integer(Int)

    public init(stringLiteral value: String) { self = .text(value) }
    public init(integerLiteral value: Int) { self = .integer(value) }
  }

  private let minimum: Level
  private let metricsLevel: Level
  private let isJSON: Bool
  private let time: any TimeSource
  private let output: (String) -> Void
  /// The id of the invocation, written on every line.
  private var requestID: String?
  /// The metrics of the invocation, whose notes are written on every line.
  private var metrics: Metrics?

  /// Creates a log. A `LOG_LEVEL` that applies and is not a level is reported as a warning.
  /// - Parameters:
  ///   - environment: the source of `AWS_LAMBDA_LOG_FORMAT` (`JSON`, otherwise text) and of the minimum level:
  ///     `AWS_LAMBDA_LOG_LEVEL`, which Lambda sets, otherwise `LOG_LEVEL`, otherwise INFO. Unknown levels mean INFO.
  ///   - write: takes each line, without its line end.
  public init(
    environment: [String: String], time: any TimeSource = SystemTime(),
    write: @escaping (String) -> Void = Self.toStandardOutput
  ) {
    func setting(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    let lambdaLevel = setting("AWS_LAMBDA_LOG_LEVEL").map { Level(name: $0) ?? .info }
    let ownLevel = lambdaLevel == nil ? setting("LOG_LEVEL") : nil
    minimum = lambdaLevel ?? ownLevel.flatMap { Level(name: $0) } ?? .info
    metricsLevel = max(.info, lambdaLevel ?? .info)
    isJSON = environment["AWS_LAMBDA_LOG_FORMAT"] == "JSON"
    self.time = time
    output = write
    if let ownLevel, Level(name: ownLevel) == nil {
      let names = Level.allCases.map(\.rawValue).joined(separator: ", ")
      warn("LOG_LEVEL is not a log level, so INFO is used: set it to one of \(names)")
    }
  }

  /// Returns the same log with the id of an invocation on every line.
  /// - Parameter metrics: those of the invocation. What is noted there before a line is written is on the line, too: a
  ///   reader finds the lines of a run or an item.
  public func forRequest(_ id: String, noting metrics: Metrics? = nil) -> Logger {
    var copy = self
    copy.requestID = id
    copy.metrics = metrics
    return copy
  }

  public func debug(_ message: String, _ fields: KeyValuePairs<String, Value> = [:]) { log(.debug, message, fields) }
  public func info(_ message: String, _ fields: KeyValuePairs<String, Value> = [:]) { log(.info, message, fields) }
  public func warn(_ message: String, _ fields: KeyValuePairs<String, Value> = [:]) { log(.warn, message, fields) }
  public func error(_ message: String, _ fields: KeyValuePairs<String, Value> = [:]) { log(.error, message, fields) }

  /// Writes one line, unless its level is below the minimum.
  public func log(_ level: Level, _ message: String, _ fields: KeyValuePairs<String, Value> = [:]) {
    guard level >= minimum else { return }
    output(isJSON ? jsonLine(level, message, fields) : textLine(level, message, fields))
  }

  /// Writes the metrics line of an invocation, regardless of the log level.
  ///
  /// The line is tagged with a level that Lambda's own filter lets through. The filter drops JSON lines by their level, and
  /// takes a line without a level for INFO:
  /// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
  func record(_ metrics: Metrics) {
    if let line = metrics.line(at: time.now, level: metricsLevel) { output(line) }
  }

  private func jsonLine(_ level: Level, _ message: String, _ fields: KeyValuePairs<String, Value>) -> String {
    var line = "{\"timestamp\":\"\(RFC3339.utc(time.now))\",\"level\":\"\(level.rawValue)\""
    line += ",\"message\":\(message.quotedForLog)"
    if let requestID { line += ",\"requestId\":\(requestID.quotedForLog)" }
    for (name, text) in notes(besides: fields) { line += ",\(name.quotedForLog):\(text.quotedForLog)" }
    for (key, value) in fields {
      line += ",\(key.quotedForLog):"
      switch value {
      case .text(let text): line += text.quotedForLog
      case .number(let number): line += number.isFinite ? "\(number)" : "null"
      case .integer(let number): line += "\(number)"
      }
    }
    return line + "}"
  }

  private func textLine(_ level: Level, _ message: String, _ fields: KeyValuePairs<String, Value>) -> String {
    var line = "\(RFC3339.utc(time.now)) \(level.rawValue)"
    if let requestID { line += " \(oneLine(requestID))" }
    line += " \(oneLine(message))"
    let notes = notes(besides: fields).map { ($0.name, Value.text($0.text)) }
    for (key, value) in notes + fields.map({ ($0.key, $0.value) }) {
      switch value {
      case .text(let text):
        line += " \(key)=\(text.contains(" ") || text.isEmpty ? text.quotedForLog : oneLine(text))"
      case .number(let number): line += " \(key)=\(number)"
      case .integer(let number): line += " \(key)=\(number)"
      }
    }
    return line
  }

  /// Returns the notes of the invocation that the line does not have yet. A field of the entry says more of it.
  private func notes(besides fields: KeyValuePairs<String, Value>) -> [(name: String, text: String)] {
    guard let metrics else { return [] }
    let taken = Set(fields.map(\.key) + Self.ownFields)
    return metrics.allNotes.filter { !taken.contains($0.name) }
  }

  private static let ownFields = ["timestamp", "level", "message", "requestId"]

  /// Writes a line to standard output in one call, so that lines of parent and child processes do not mix.
  public static func toStandardOutput(_ line: String) {
    var bytes = Array(line.utf8) + [UInt8(ascii: "\n")]
    while !bytes.isEmpty {
      let count = write(STDOUT_FILENO, bytes, bytes.count)
      // A signal such as SIGTERM must not lose a line.
      guard count > 0 || errno == EINTR else { return }
      bytes.removeFirst(max(0, count))
    }
  }
}

extension String {
  /// The text as a JSON string for a log or a report, which people read on terminals.
  var quotedForLog: String { quotedForJSON(escaping: .invisible) }
}

/// Replaces ASCII's control characters by spaces, because a line break would begin a new entry, and escapes other
/// invisible characters.
private func oneLine(_ text: String) -> String {
  guard !text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { return text }
  return text.unicodeScalars.reduce(into: "") { line, scalar in
    if !scalar.isInvisible {
      line.unicodeScalars.append(scalar)
    } else {
      line += scalar.isASCII ? " " : scalar.escapedForJSON
    }
  }
}
