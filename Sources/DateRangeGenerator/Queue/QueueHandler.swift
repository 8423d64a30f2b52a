import Contracts
import Definitions
import FoundationEssentials
import LambdaRuntime
import Text
import Time

/// Starts the runs that messages of a queue ask for: an execution for each request.
///
/// Executions are named by the message's id, so that a second delivery starts nothing. A message that fails stays in the
/// queue; SQS delivers it again, and at last moves it to the dead-letter queue. Of a message with several requests those
/// that can be started are: what fails is tried again, and what was started is found as started.
public final class QueueHandler {
  /// Starts an execution; returns false if an earlier call has.
  public typealias Start = (_ name: String, _ input: String, Deadline) throws(PipelineError) -> Bool

  /// Throws the error with which a request would be refused once its run has begun.
  public typealias Check = (RunRequest, LambdaContext) throws(PipelineError) -> Void

  private let triggered: (DatasetTrigger) throws(PipelineError) -> TriggeredDatasets
  private let check: Check
  private let start: Start

  /// - Parameter triggered: returns the datasets that an object or an event starts.
  public init(
    triggered: @escaping (DatasetTrigger) throws(PipelineError) -> TriggeredDatasets, check: @escaping Check,
    start: @escaping Start
  ) {
    self.triggered = triggered
    self.check = check
    self.start = start
  }

  /// Starts the runs of a batch. It fails for no message as a whole.
  public func handle(_ messages: [QueueMessage], _ context: LambdaContext) -> BatchResponse {
    var failed: [String] = []
    for message in messages {
      if !handle(message, context) { failed.append(message.id) }
    }
    if !failed.isEmpty { context.metrics.note("failed_messages", failed.joined(separator: " ")) }
    return BatchResponse(failed: failed)
  }

  /// - Returns: false if not all runs of the message have been started.
  private func handle(_ message: QueueMessage, _ context: LambdaContext) -> Bool {
    var isDone = true
    do throws(PipelineError) {
      let requests = try MessageDecoder.requests(in: message.body)
      if requests.isEmpty { context.log.info("the message tests the queue: it starts nothing", fields(message)) }
      for request in requests {
        if !run(request, of: message, context) { isDone = false }
      }
    } catch {
      report(error, of: message, context)
      isDone = false
    }
    return isDone
  }

  /// Starts the executions of a request: one, or one for each dataset that its object or event starts.
  /// - Returns: false if not all have been started.
  private func run(_ request: QueuedRequest, of message: QueueMessage, _ context: LambdaContext) -> Bool {
    var isDone = true
    func attempt(_ body: () throws(PipelineError) -> Void) {
      do throws(PipelineError) { try body() } catch {
        report(error, of: message, context)
        isDone = false
      }
    }
    let name = request.number.map { "sqs-\(message.id)-\($0)" } ?? "sqs-\(message.id)"
    guard let occurrence = request.occurrence else {
      attempt { () throws(PipelineError) in try begin(request, name, message, context) }
      return isDone
    }
    attempt { () throws(PipelineError) in
      let triggered = try triggered(occurrence)
      for id in triggered.ids {
        // Also if it is the only one now: a definition that cannot be read yet may be another one at the next delivery.
        let name = ExecutionName.joining(name, id)
        attempt { () throws(PipelineError) in try begin(request.of(id), name, message, context) }
      }
      // What a definition that cannot be read would start is started when it can be.
      if let problem = triggered.problem { throw problem }
      guard !triggered.ids.isEmpty else {
        throw PipelineError(
          .invalidInput,
          "no dataset is started by \(occurrence): name one in the message, or add the section trigger to its definition"
        )
      }
    }
    return isDone
  }

  /// Checks a request as its run would, and starts the run: a request that is refused goes to the dead-letter queue, and
  /// makes no failed run.
  private func begin(
    _ request: QueuedRequest, _ name: String, _ message: QueueMessage, _ context: LambdaContext
  ) throws(PipelineError) {
    let input = request.input
    do {
      try check(try JSONDecoder().decode(RunRequest.self, from: Data(input.utf8)), context)
    } catch let error as PipelineError {
      throw error
    } catch let error as DecodingError {
      throw PipelineError(.invalidInput, error.summary(of: "the request", in: Data(input.utf8)))
    } catch {
      throw PipelineError(.invalidInput, "the request is refused: \(error)")
    }
    let isNew = try start(name, input, context.deadline)
    context.log.info(
      isNew ? "started \(name)" : "\(name) was started by an earlier delivery",
      ["message_id": .text(message.id), "run": .text(name)])
  }

  private func report(_ error: PipelineError, of message: QueueMessage, _ context: LambdaContext) {
    context.log.error(
      "the message \(message.id) failed: \(error.message); SQS delivers it again, and at last moves it to the "
        + "dead-letter queue",
      ["message_id": .text(message.id), "errorType": .text(error.name.rawValue)])
  }

  private func fields(_ message: QueueMessage) -> KeyValuePairs<String, Logger.Value> {
    ["message_id": .text(message.id)]
  }
}
