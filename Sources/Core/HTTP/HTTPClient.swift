import CCurl
import FoundationEssentials
import Time

/// PLACEHOLDER BODY: the interface is final, the work is being written.
public final class HTTPClient {
  /// What holds for every request of a client.
  public struct Options: Sendable {
    /// To find the host, connect and shake hands.
    public var connectTimeout: Duration = .seconds(10)
    /// Requests under way at once to one host, and in all.
    public var maximumPerHost = 4
    public var maximumInFlight = 16
    /// Sent when a request names no User-Agent of its own.
    public var userAgent: String?
    /// A PEM file of authorities to trust in place of the system's.
    public var authorityFile: String?
    /// Whether http_proxy and its kin in the environment are obeyed.
    public var obeysProxyEnvironment = true

    public init() {}
  }

  /// Requests put on the wire so far, retries included.
  public private(set) var requestsSent = 0

  public init(
    _ options: Options = Options(), time: any TimeSource = SystemTime(),
    random: any RandomNumberGenerator = SystemRandomNumberGenerator()
  ) {}

  /// Sends one request, once.
  public func send(_ request: HTTPRequest, deadline: Deadline) throws(HTTPError) -> HTTPResponse {
    throw HTTPError(.connection, url: request.url, detail: "not written yet")
  }

  /// Sends many requests at once, within the caps of the options, each again as the policy says; the answers come in the
  /// order of the requests.
  public func sendAll(
    _ requests: [HTTPRequest], retrying policy: HTTPRetryPolicy, deadline: Deadline
  ) -> [Result<HTTPResponse, HTTPError>] {
    requests.map { .failure(HTTPError(.connection, url: $0.url, detail: "not written yet")) }
  }
}
