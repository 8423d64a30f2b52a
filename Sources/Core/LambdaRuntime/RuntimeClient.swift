import FoundationEssentials
import HTTP
import Time

/// A client of the Lambda runtime API, version 2018-06-01: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html.
/// It keeps one connection for the life of the process and uses no proxy.
struct RuntimeClient {
  /// An event to handle.
  struct Invocation {
    let requestID: String
    let headers: HTTPHeaders
    let event: Data
  }

  /// A reason to end the process.
  enum Failure: Error {
    /// The API could not be reached, or its response was invalid.
    case unusable(String)
    /// SIGTERM arrived.
    case terminated
  }

  /// The API's limit of a response in bytes.
  static let maximumResponseBytes = 6_291_556
  /// The limit of an event in bytes. Lambda sends at most 6 MiB and 100 bytes.
  private static let maximumEventBytes = 8 << 20

  private let base: String
  private let http: HTTPClient
  private let retrier: Retrier
  private let time: any TimeSource
  private let isTerminated: () -> Bool

  init(
    address: String, time: any TimeSource, random: any RandomNumberGenerator, isTerminated: @escaping () -> Bool
  ) {
    var options = HTTPClient.Options()
    options.obeysProxyEnvironment = false
    base = "http://\(address)/2018-06-01/runtime"
    http = HTTPClient(options, time: time)
    retrier = Retrier(
      Backoff(base: .milliseconds(50), cap: .seconds(1), maximumAttempts: 5), time: time, random: random)
    self.time = time
    self.isTerminated = isTerminated
  }

  /// Waits for the next event, without a time limit.
  func next() throws -> Invocation {
    let request = HTTPRequest(
      "GET", "\(base)/invocation/next", timeout: .seconds(365 * 86_400), maximumBodyBytes: Self.maximumEventBytes,
      acceptsCompression: false)
    let response = try send(request, isCancelled: isTerminated)
    guard response.status == 200 else {
      throw Failure.unusable("the runtime API answered /next with status \(response.status)")
    }
    guard let id = response.headers["Lambda-Runtime-Aws-Request-Id"], !id.isEmpty else {
      throw Failure.unusable("the runtime API sent an event without Lambda-Runtime-Aws-Request-Id")
    }
    return Invocation(requestID: id, headers: response.headers, event: response.body)
  }

  /// Sends the response to an event.
  /// - Returns: the API's status.
  func respond(_ body: Data, to id: String) throws -> Int {
    try post("invocation/\(id)/response", body, headers: ["Content-Type": "application/json"])
  }

  /// Reports that an event failed.
  /// - Returns: the API's status.
  func report(_ error: ErrorReport, of id: String) throws -> Int {
    try post("invocation/\(id)/error", error.body, headers: headers(error))
  }

  /// Reports that the function could not start.
  /// - Returns: the API's status.
  func reportInitialisation(_ error: ErrorReport) throws -> Int {
    try post("init/error", error.body, headers: headers(error))
  }

  private func headers(_ error: ErrorReport) -> HTTPHeaders {
    [
      "Content-Type": "application/json", "Lambda-Runtime-Function-Error-Type": error.headerType,
      "Lambda-Runtime-Function-XRay-Error-Cause": error.cause,
    ]
  }

  private func post(_ path: String, _ body: Data, headers: HTTPHeaders) throws -> Int {
    let request = HTTPRequest(
      "POST", "\(base)/\(path)", headers: headers, body: body, acceptsCompression: false)
    return try send(request).status
  }

  /// Sends a request, and retries it if the connection fails. The caller handles every status except 500.
  ///
  /// SIGTERM cancels only the wait for an event: the outcome of a handler is still sent.
  private func send(_ request: HTTPRequest, isCancelled: () -> Bool = { false }) throws -> HTTPResponse {
    do {
      let response = try retrier.run(
        deadline: .none(on: time), decision: { _ in isCancelled() ? .giveUp : .retry() },
        { _ in try http.send(request, deadline: .none(on: time), isCancelled: isCancelled) })
      // 'Container error. Non-recoverable state. Runtime should exit promptly.'
      if response.status == 500 { throw Failure.unusable("the runtime API reports a container error") }
      return response
    } catch let error as HTTPError {
      if isCancelled() { throw Failure.terminated }
      throw Failure.unusable("the runtime API cannot be reached: \(error)")
    }
  }
}
