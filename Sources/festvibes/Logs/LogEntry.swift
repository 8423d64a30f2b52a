import AWS
import Foundation

/// A line of a function's log, with what can be read from it.
struct LogEntry: Equatable {
  /// The edge of an invocation that a line marks.
  enum Edge { case start, end }

  let id: String
  let time: Date
  /// The product of the function: `Scraper`.
  let function: String
  /// `INFO`, `ERROR`, …; nil for a line of text, such as the message of a crash.
  var level: String?
  var message: String
  var run: String?
  var item: String?
  var date: String?
  var dataset: String?
  var requestID: String?
  /// The log stream, with the function.
  let stream: String
  /// The edge of the invocation `requestID`; nil for other lines.
  var edge: Edge?
  /// The other fields, in the order of their names: `pages=3`.
  var fields: [String] = []
  /// True for metrics, and for what the platform writes about every invocation.
  var isRoutine = false
  /// The line as it was written.
  let text: String

  /// True for a warning, an error, and for a line that no code of ours wrote.
  var isWarning: Bool { !isRoutine && (level.map { ["WARN", "ERROR", "FATAL"].contains($0) } ?? true) }
  /// True for an error, and for a line that no code of ours wrote.
  var isError: Bool { isWarning && level != "WARN" }

  init(_ event: CloudWatchLogsClient.Event, of function: String) {
    id = event.eventId
    time = Date(timeIntervalSince1970: Double(event.timestamp) / 1000)
    self.function = function
    stream = "\(function) \(event.logStreamName ?? "")"
    text = event.message.trimmingCharacters(in: .newlines)
    message = text
    guard let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else {
      readText()
      return
    }
    if let kind = object["type"] as? String, let record = object["record"] as? [String: Any] {
      readPlatform(kind, record)
    } else {
      read(object)
    }
  }

  /// Reads a line of a function.
  private mutating func read(_ object: [String: Any]) {
    isRoutine = object["_aws"] != nil
    level = object["level"] as? String
    message = object["message"] as? String ?? text
    run = object["run"] as? String
    item = object["item"] as? String
    date = object["date"] as? String
    dataset = object["dataset"] as? String
    requestID = object["requestId"] as? String
    let own = ["timestamp", "level", "message", "requestId", "run", "item", "date", "dataset"]
    fields = object.filter { !own.contains($0.key) }.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
  }

  /// Reads a line of Lambda: https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
  private mutating func readPlatform(_ kind: String, _ record: [String: Any]) {
    requestID = record["requestId"] as? String
    edge = kind == "platform.start" ? .start : ["platform.report", "platform.runtimeDone"].contains(kind) ? .end : nil
    let status = record["status"] as? String ?? "success"
    isRoutine = status == "success"
    level = isRoutine ? "INFO" : "ERROR"
    let duration = (record["metrics"] as? [String: Any])?["durationMs"] as? Double
    message = "\(kind): \(status)\(duration.map { " after \($0) ms" } ?? "")"
  }

  /// Reads a line of text: of the emulator of the local stack, or of a crash.
  private mutating func readText() {
    if let match = text.prefixMatch(of: /(START|END|REPORT) RequestId: (\S+)/) {
      (isRoutine, requestID, edge) = (true, String(match.2), match.1 == "START" ? .start : .end)
      return
    }
    guard let match = text.wholeMatch(of: /\d{1,2} \w{3} \d{4} [\d:]+,\d{3} \[(\w+)\] \(rapid\) (.*)/) else { return }
    level = match.1 == "WARNING" ? "WARN" : String(match.1)
    message = String(match.2)
    // The end of every sandbox.
    isRoutine = message.contains("SandboxTerminated")
  }
}
