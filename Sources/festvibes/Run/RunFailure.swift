import AWS
import Foundation

/// Why a date, or a whole run, failed: the name that the state machine knows, and a sentence.
struct RunFailure: Hashable {
  /// How much of a description a list of runs or dates shows: a line or two.
  private static let shown = 200
  private static let tooMany = "States.ExceedToleratedFailureThreshold"
  /// Of a night's dates, in percent, may fail: `tolerated_failures` in the state machine. Of a replay's all may.
  static let tolerated = 10

  let name: String
  let message: String

  init(name: String, message: String) {
    self.name = name
    self.message = message
  }

  /// From an execution's error and cause. A function's cause is its error document; others are texts.
  init(error: String?, cause: String?) {
    struct Document: Decodable {
      let errorMessage: String?
      let errorType: String?
    }
    let cause = cause ?? ""
    let document = try? JSONDecoder().decode(Document.self, from: Data(cause.utf8))
    name = error ?? document?.errorType ?? "unknown"
    switch (name, document?.errorMessage) {
    case (Self.tooMany, _): message = "more than \(Self.tolerated) % of the dates failed"
    case (_, let text?) where !text.isEmpty: message = TextWidth.cleaned(text)
    default: message = TextWidth.cleaned(cause)
    }
  }

  /// From what a run left undone that came to its end, `ERROR: CAUSE`.
  init(undone text: String) {
    let parts = text.split(separator: ": ", maxSplits: 1).map(String.init)
    let failure = RunFailure(error: parts.first, cause: parts.count > 1 ? parts[1] : nil)
    self.init(name: "The cache may be older than the database", message: failure.description)
  }

  var description: String { message.isEmpty ? name : "\(name): \(message)" }

  /// The description as far as a list shows it.
  var brief: String { TextWidth.truncated(description, to: Self.shown) }
  var isCut: Bool { brief != description }

  /// Says how many dates failed where that is what failed the run: Step Functions itself names no numbers.
  func counting(failed: Int, of dates: Int) -> RunFailure {
    guard name == Self.tooMany else { return self }
    return RunFailure(name: name, message: "\(failed) of \(dates) dates failed; at most \(Self.tolerated) % may")
  }
}

extension Execution {
  /// Why a run failed; of one that came to its end, what its summary says it left undone beside its dates and records.
  var failure: RunFailure? {
    struct Summary: Decodable { let refresh_error: String? }
    guard status.isFinal else { return nil }
    guard status == .succeeded else { return RunFailure(error: error ?? status.rawValue, cause: cause) }
    let summary = try? JSONDecoder().decode(Summary.self, from: Data((output ?? "").utf8))
    return summary?.refresh_error.map(RunFailure.init(undone:))
  }
}
