import FoundationEssentials
import Glibc
import Text
import Time

/// Writes a function's log: one line an entry, JSON or text as Lambda's advanced logging controls say. A caller passes
/// facts as fields, never payloads and never secrets.
public struct Logger {
  /// In rising order of severity; the raw value is the name on the line.
  public enum Level: String, CaseIterable, Comparable, Sendable {
    case trace = "TRACE"
    case debug = "DEBUG"
    case info = "INFO"
    case warn = "WARN"
    case error = "ERROR"
    case fatal = "FATAL"

    public static func < (left: Level, right: Level) -> Bool {
      (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
  }

  /// A field's value.
  public enum Value: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, Sendable
  {
    case text(String)
    case number(Double)
    case integer(Int)

    public init(stringLiteral value: String) { self = .text(value) }
    public init(integerLiteral value: Int) { self = .integer(value) }
  }

  private let minimum: Level
  private let isJSON: Bool
  private let time: any TimeSource
  private let output: (String) -> Void
  /// Stands on every line of one invocation.
  private var requestID: String?

  /// - Parameters:
  ///   - environment: `AWS_LAMBDA_LOG_FORMAT` (`JSON`, or text) and `AWS_LAMBDA_LOG_LEVEL` (INFO when it is missing or
  ///     unknown) are read from it.
  ///   - write: takes each line, without its line end.
  public init(
    environment: [String: String], time: any TimeSource = SystemTime(),
    write: @escaping (String) -> Void = Self.toStandardOutput
  ) {
    minimum = environment["AWS_LAMBDA_LOG_LEVEL"].flatMap { Level(rawValue: $0.uppercased()) } ?? .info
    isJSON = environment["AWS_LAMBDA_LOG_FORMAT"] == "JSON"
    self.time = time
    output = write
  }

  /// The same log, with the id of an invocation on every line.
  func forRequest(_ id: String) -> Logger {
    var copy = self
    copy.requestID = id
    return copy
  }

  public func debug(_ message: String, _ fields: KeyValuePairs<String, Value> = [:]) { log(.debug, message, fields) }
  public func info(_ message: String, _ fields: KeyValuePairs<String, Value> = [:]) { log(.info, message, fields) }
  public func warn(_ message: String, _ fields: KeyValuePairs<String, Value> = [:]) { log(.warn, message, fields) }
  public func error(_ message: String, _ fields: KeyValuePairs<String, Value> = [:]) { log(.error, message, fields) }

  /// Writes one line, unless its level is below the one that the environment asks for.
  public func log(_ level: Level, _ message: String, _ fields: KeyValuePairs<String, Value> = [:]) {
    guard level >= minimum else { return }
    output(isJSON ? jsonLine(level, message, fields) : textLine(level, message, fields))
  }

  /// Writes the line of an invocation's metrics, whatever the level: it names the lowest one that Lambda lets through, which
  /// drops lines of JSON by their level and takes one without for INFO,
  /// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html.
  func record(_ metrics: Metrics) {
    if let line = metrics.line(at: time.now, level: max(.info, minimum)) { output(line) }
  }

  private func jsonLine(_ level: Level, _ message: String, _ fields: KeyValuePairs<String, Value>) -> String {
    var line = "{\"timestamp\":\"\(RFC3339.utc(time.now))\",\"level\":\"\(level.rawValue)\""
    line += ",\"message\":\(message.quotedForJSON())"
    if let requestID { line += ",\"requestId\":\(requestID.quotedForJSON())" }
    for (key, value) in fields {
      line += ",\(key.quotedForJSON()):"
      switch value {
      case .text(let text): line += text.quotedForJSON()
      case .number(let number): line += number.isFinite ? "\(number)" : "null"
      case .integer(let number): line += "\(number)"
      }
    }
    return line + "}"
  }

  private func textLine(_ level: Level, _ message: String, _ fields: KeyValuePairs<String, Value>) -> String {
    var line = "\(RFC3339.utc(time.now)) \(level.rawValue)"
    if let requestID { line += " \(requestID)" }
    line += " \(oneLine(message))"
    for (key, value) in fields {
      switch value {
      case .text(let text):
        line += " \(key)=\(text.contains(" ") || text.isEmpty ? text.quotedForJSON() : oneLine(text))"
      case .number(let number): line += " \(key)=\(number)"
      case .integer(let number): line += " \(key)=\(number)"
      }
    }
    return line
  }

  /// The default destination: a whole line at a time, so that lines of parent and child do not mix.
  public static func toStandardOutput(_ line: String) {
    var bytes = Array(line.utf8) + [UInt8(ascii: "\n")]
    while !bytes.isEmpty {
      let count = write(STDOUT_FILENO, bytes, bytes.count)
      // A signal, such as SIGTERM, is no reason to lose a line.
      guard count > 0 || errno == EINTR else { return }
      bytes.removeFirst(max(0, count))
    }
  }
}

/// A line break inside an entry would begin a new entry.
private func oneLine(_ text: String) -> String {
  String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0 == "\u{7F}" ? " " : $0 }))
}
