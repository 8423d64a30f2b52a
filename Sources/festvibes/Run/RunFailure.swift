import AWS
import Contracts
import Foundation

/// The reason why an item, or a whole run, failed: the error name and a sentence, both cleaned for a terminal.
struct RunFailure: Hashable {
  /// The characters of a description that a list of runs or items shows: a line or two.
  private static let shown = 200
  private static let tooMany = "States.ExceedToleratedFailureThreshold"
  /// The start of the cause that the state machine gives such a run. Those of earlier versions have Step Functions' own.
  private static let prefixOfTooMany = "too many items failed: "

  let name: String
  let message: String

  init(name: String, message: String) {
    self.name = TextWidth.cleaned(name)
    self.message = TextWidth.cleaned(message)
  }

  /// Reads an execution's error and cause. A function's cause is its error document; others are texts.
  init(error: String?, cause: String?) {
    let cause = cause ?? ""
    let name = error ?? ErrorDocument(cause: cause)?.errorType ?? "unknown"
    let message =
      switch name {
      case Self.tooMany where cause.hasPrefix(Self.prefixOfTooMany): cause
      case Self.tooMany: "more than \(Limits.toleratedFailurePercent) % of the items failed"
      default: ErrorDocument.message(of: cause)
      }
    self.init(name: name, message: message)
  }

  /// Reads what a run that reached its end did not do, `ERROR: CAUSE`: a load's notice of its source, or why the cache was
  /// not refreshed.
  init(incomplete text: String) {
    let parts = text.split(separator: ": ", maxSplits: 1).map(String.init)
    let failure = RunFailure(error: parts.first, cause: parts.count > 1 ? parts[1] : nil)
    guard failure.name != PipelineError.Name.sourceChanged.rawValue else {
      self = failure
      return
    }
    self.init(name: "The cache may be older than the database", message: failure.description)
  }

  var description: String { message.isEmpty ? name : "\(name): \(message)" }

  /// The description, cut to what a list shows.
  var brief: String { TextWidth.truncated(description, to: Self.shown) }
  var isCut: Bool { brief != description }

  /// Adds the number of failed items if they failed the run: Step Functions itself names no numbers.
  func counting(failed: Int, of items: Int) -> RunFailure {
    guard name == Self.tooMany else { return self }
    let limit =
      message.hasPrefix(Self.prefixOfTooMany)
      ? message.trimmingPrefix(Self.prefixOfTooMany) : "at most \(Limits.toleratedFailurePercent) % may"
    return RunFailure(name: name, message: "\(failed) of \(items) items failed; \(limit)")
  }
}

extension String {
  /// The text as a sentence: with a full stop, unless it ends as a sentence does.
  var asSentence: String { ".!?…".contains(last ?? " ") ? self : self + "." }
}

extension Execution {
  /// The reason why a run failed, or did nothing because of a lock; for a run that reached its end, what its summary says
  /// it did not do.
  var failure: RunFailure? {
    struct Summary: Decodable { let refresh_error, status, error, cause: String? }
    guard status.isFinal else { return nil }
    guard status == .succeeded else { return RunFailure(error: error ?? status.rawValue, cause: cause) }
    let summary = try? JSONDecoder().decode(Summary.self, from: Data((output ?? "").utf8))
    if summary?.status == RunOutcome.locked.rawValue { return RunFailure(error: summary?.error, cause: summary?.cause) }
    return summary?.refresh_error.map(RunFailure.init(incomplete:))
  }

  /// The status in the summary of a run that reached its end.
  var summaryStatus: String? {
    struct Summary: Decodable { let status: String? }
    guard status == .succeeded else { return nil }
    return (try? JSONDecoder().decode(Summary.self, from: Data((output ?? "").utf8)))?.status
  }

  /// The notices of a run's incomplete items, from its summary.
  var notices: [RunNotice] {
    struct Summary: Decodable { let notices: [RunNotice]? }
    guard status == .succeeded else { return [] }
    return (try? JSONDecoder().decode(Summary.self, from: Data((output ?? "").utf8)))?.notices ?? []
  }

  /// The remarks in the summary of a run that reached its end: its unusual counts, breaches that change no status, and its
  /// enrichment.
  var remarks: [String] {
    struct Summary: Decodable { let remarks: [String]? }
    guard status == .succeeded else { return [] }
    let summary = try? JSONDecoder().decode(Summary.self, from: Data((output ?? "").utf8))
    return (summary?.remarks ?? []).map(TextWidth.cleaned) + (EnrichmentRemarks(output)?.lines ?? [])
  }
}
