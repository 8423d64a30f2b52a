import Contracts
import Foundation
import LambdaRuntime
import Time

/// The failure of a call after all its retries, as Step Functions would have it.
struct CallFailure: Error, Equatable {
  let error: String
  /// The function's error document.
  let cause: String

  init(error: String, cause: String) {
    self.error = error
    self.cause = cause
  }

  init(_ error: any Error) {
    struct Document: Encodable {
      let errorMessage: String
      let errorType: String
    }
    let named = error as? PipelineError
    let type = named?.name.rawValue ?? "\(Swift.type(of: error))"
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let document = Document(errorMessage: named?.message ?? "\(error)", errorType: type)
    let cause = (try? encoder.encode(document)).map { String(decoding: $0, as: UTF8.self) }
    self.init(error: type, cause: cause ?? type)
  }

  /// True if the dataset needs a database that there is not: nothing is read for a run that could not be loaded.
  var isOfMissingDatabase: Bool { error == PipelineError.Name.databaseMissing.rawValue }

  /// `ERROR: CAUSE`, as the state machine says why the cache was not refreshed.
  var line: String { String("\(error): \(cause)".prefix(2000)) }
}

/// The run was told to stop.
struct RunStopped: Error {}

/// Calls functions by the rules of the state machine.
final class FunctionCalls {
  private let log: Logger
  private let time: any TimeSource
  private let isStopped: () -> Bool
  private var random: any RandomNumberGenerator
  private var calls = 0

  /// - Parameters:
  ///   - log: the log of the functions.
  ///   - isStopped: true from the moment at which no further call is to begin.
  init(
    log: Logger, time: any TimeSource, isStopped: @escaping () -> Bool,
    random: any RandomNumberGenerator = SystemRandomNumberGenerator()
  ) {
    self.log = log
    self.time = StoppableTime(base: time, isStopped: isStopped)
    self.isStopped = isStopped
    self.random = random
  }

  /// Calls a function until it succeeds, or its error is not retried any more.
  /// - Throws: `CallFailure`, `RunStopped`.
  func call<Value>(_ call: RunRules.Call, _ work: (LambdaContext) throws -> Value) throws -> Value {
    var attempt = 1
    while true {
      guard !isStopped() else { throw RunStopped() }
      let context = context(call)
      do { return try work(context) } catch {
        guard !isStopped() else { throw RunStopped() }
        let failure = CallFailure(error)
        context.log.error(
          (error as? PipelineError)?.message ?? "\(error)",
          ["errorType": .text(failure.error), "attempt": .integer(attempt)])
        let isRetryable = (error as? PipelineError).map { call.retries($0.name) } ?? false
        guard isRetryable, attempt < call.backoff.maximumAttempts else { throw failure }
        time.sleep(for: call.backoff.delay(afterAttempt: attempt, using: &random))
        attempt += 1
      }
    }
  }

  /// Writes a remark that no function has made.
  func note(_ text: String) { log.warn(text) }

  /// The id of a call is a part of an archive's key, beside the time.
  private func context(_ call: RunRules.Call) -> LambdaContext {
    calls += 1
    let id = "\(call.rawValue)-\(getpid())-\(calls)"
    let metrics = Metrics(time: time)
    return LambdaContext(
      requestID: id, deadline: Deadline(after: call.timeout, on: time), log: log.forRequest(id, noting: metrics),
      metrics: metrics)
  }
}
