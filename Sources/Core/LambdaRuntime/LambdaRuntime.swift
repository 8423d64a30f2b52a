import FoundationEssentials
import Glibc
import HTTP
import Time

/// The loop of a function on Lambda's custom runtime: start, then event after event until the sandbox ends.
public enum LambdaRuntime {
  /// Runs the function until the sandbox ends.
  ///
  /// If an event cannot be decoded, or the handler throws, the loop reports it for that invocation and continues. If `start`
  /// throws, the loop reports an initialisation error. The process exits with 0 after SIGTERM, and with 1 otherwise.
  /// - Parameters:
  ///   - namespace: the namespace of the metrics in CloudWatch; nil writes none. See `Metrics`.
  ///   - start: reads the environment and returns the handler, which turns an event into a response, both JSON.
  public static func run<Event: Decodable, Output: Encodable>(
    metricsIn namespace: String? = nil,
    _ start: (_ environment: [String: String]) throws -> (Event, LambdaContext) throws -> Output
  ) -> Never {
    Shutdown.install()
    let environment = ProcessInfo.processInfo.environment
    let loop = RuntimeLoop(
      environment: environment, metricsNamespace: namespace, isTerminated: { Shutdown.isRequested })
    exit(loop.run(start))
  }
}

/// The loop, with its dependencies passed in.
struct RuntimeLoop {
  let environment: [String: String]
  let metricsNamespace: String?
  let log: Logger
  let time: any TimeSource
  private let random: any RandomNumberGenerator
  private let isTerminated: () -> Bool

  init(
    environment: [String: String], metricsNamespace: String? = nil, log: Logger? = nil,
    time: any TimeSource = SystemTime(),
    random: any RandomNumberGenerator = SystemRandomNumberGenerator(), isTerminated: @escaping () -> Bool
  ) {
    self.environment = environment
    self.metricsNamespace = metricsNamespace
    self.log = log ?? Logger(environment: environment, time: time)
    self.time = time
    self.random = random
    self.isTerminated = isTerminated
  }

  /// Runs the loop until SIGTERM or a failure of the runtime API.
  /// - Returns: the exit status of the process.
  func run<Event: Decodable, Output: Encodable>(
    _ start: (_ environment: [String: String]) throws -> (Event, LambdaContext) throws -> Output
  ) -> Int32 {
    guard let address = environment["AWS_LAMBDA_RUNTIME_API"], !address.isEmpty else {
      log.log(
        .fatal,
        "AWS_LAMBDA_RUNTIME_API is not set: this program is a Lambda function and runs on Lambda or behind its emulator"
      )
      return 1
    }
    let client = RuntimeClient(address: address, time: time, random: random, isTerminated: isTerminated)
    do {
      if let concurrency = environment["AWS_LAMBDA_MAX_CONCURRENCY"].flatMap({ Int($0) }), concurrency > 1 {
        throw UnsupportedConcurrency(concurrency: concurrency)
      }
      return serve(client, try start(environment))
    } catch {
      let report = ErrorReport(error)
      log.log(.fatal, "the function could not start: \(report.message)", ["errorType": .text(report.type)])
      _ = try? client.reportInitialisation(report)
      return 1
    }
  }

  private func serve<Event: Decodable, Output: Encodable>(
    _ client: RuntimeClient, _ handler: (Event, LambdaContext) throws -> Output
  ) -> Int32 {
    do {
      var isFirst = true
      while !isTerminated() {
        let invocation = try client.next()
        let metrics = metrics(of: invocation)
        if isFirst { metrics.count("ColdStart") }
        try work(client, invocation, context(of: invocation, metrics), handler)
        isFirst = false
      }
      return 0
    } catch RuntimeClient.Failure.terminated {
      return 0
    } catch RuntimeClient.Failure.unusable(let reason) {
      log.log(.fatal, reason)
      return 1
    } catch {
      log.log(.fatal, "\(error)")
      return 1
    }
  }

  /// Handles one event and reports its outcome.
  /// - Throws: only errors that end the loop.
  private func work<Event: Decodable, Output: Encodable>(
    _ client: RuntimeClient, _ invocation: RuntimeClient.Invocation, _ context: LambdaContext,
    _ handler: (Event, LambdaContext) throws -> Output
  ) throws {
    // AWS clients and X-Ray read the trace from this variable. The value of an earlier invocation must not stay.
    if let trace = context.traceID { setenv("_X_AMZN_TRACE_ID", trace, 1) } else { unsetenv("_X_AMZN_TRACE_ID") }
    let response: Data
    do {
      let event = try JSONDecoder().decode(Event.self, from: invocation.event)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      response = try encoder.encode(try handler(event, context))
      guard response.count <= RuntimeClient.maximumResponseBytes else {
        throw ResponseTooLarge(bytes: response.count)
      }
    } catch {
      let report = ErrorReport(error, event: invocation.event)
      context.log.error(report.message, ["errorType": .text(report.type)])
      context.metrics.end(error: report.type)
      context.log.record(context.metrics)
      logRefusal(try client.report(report, of: invocation.requestID), of: "error report", context)
      return
    }
    // Written before the response, because after it the sandbox may be frozen at any moment.
    context.metrics.end()
    context.log.record(context.metrics)
    logRefusal(try client.respond(response, to: invocation.requestID), of: "response", context)
  }

  /// Logs a status of the runtime API that is not a success. The loop continues, and nothing more may be sent for the
  /// invocation.
  private func logRefusal(_ status: Int, of what: String, _ context: LambdaContext) {
    guard !(200..<300).contains(status) else { return }
    let reason = status == 413 ? ": it is too large" : ""
    context.log.error("the runtime API refused the \(what) with status \(status)\(reason)")
  }

  private func metrics(of invocation: RuntimeClient.Invocation) -> Metrics {
    let metrics = Metrics(
      namespace: metricsNamespace, function: environment["AWS_LAMBDA_FUNCTION_NAME"], time: time)
    metrics.note("requestId", invocation.requestID)
    return metrics
  }

  private func context(of invocation: RuntimeClient.Invocation, _ metrics: Metrics) -> LambdaContext {
    func header(_ name: String) -> String? { invocation.headers["Lambda-Runtime-\(name)"] }
    var deadline = Deadline.none(on: time)
    if let milliseconds = header("Deadline-Ms").flatMap({ Int64($0) }) {
      let left = Duration.milliseconds(milliseconds) - .seconds(time.now.timeIntervalSince1970)
      // The time to roll back, log and report: half a second, or a tenth of the time if that is less.
      let margin = min(.milliseconds(500), left / 10)
      deadline = Deadline(after: max(.zero, left - margin), on: time)
    }
    return LambdaContext(
      requestID: invocation.requestID, deadline: deadline, log: log.forRequest(invocation.requestID, noting: metrics),
      metrics: metrics, traceID: header("Trace-Id"))
  }
}

/// The environment asks for concurrent invocations, which this runtime does not support.
private struct UnsupportedConcurrency: NamedError {
  let concurrency: Int
  var errorType: String { "ConfigurationInvalid" }
  var errorMessage: String {
    "AWS_LAMBDA_MAX_CONCURRENCY is \(concurrency), but this function handles one event at a time: set it to 1"
  }
}

/// The response exceeds the runtime API's limit.
private struct ResponseTooLarge: NamedError {
  let bytes: Int
  var errorType: String { "ResponseSizeTooLarge" }
  var errorMessage: String {
    "the response has \(bytes) bytes, and Lambda accepts \(RuntimeClient.maximumResponseBytes): ask for fewer items at once"
  }
}
