import Contracts
import FoundationEssentials
import HTTP
import JSON
import Text
import Time

/// Sends requests to a provider: retries, limits, and the names of failures. Its messages have the host and the path, never
/// the query, which may hold a key.
final class ProviderClient {
  /// A response to one address has some kilobytes.
  static let maximumBytes = 1 << 20
  /// The time for one address, with all attempts. It bounds a provider's Retry-After too.
  static let timeForOne = Duration.seconds(30)

  let base: String
  private let title: String
  private let client: HTTPClient
  private let retries: HTTPRetryPolicy

  /// - Parameters:
  ///   - base: the address to which paths are appended.
  ///   - minimumInterval: the least time between the starts of two requests.
  init(
    _ title: String, base: String, minimumInterval: Duration = .zero, attempts: Int = 3, time: any TimeSource,
    random: any RandomNumberGenerator
  ) {
    self.title = title
    self.base = base
    var options = HTTPClient.Options()
    options.userAgent = "festvibes-etl/1 (geocoding of venues)"
    client = HTTPClient(options, time: time, random: random)
    client.minimumInterval = minimumInterval
    retries = HTTPRetryPolicy(
      backoff: Backoff(base: .milliseconds(500), cap: .seconds(8), maximumAttempts: attempts))
  }

  /// Gets a JSON document.
  /// - Returns: nil if the provider does not accept the parameters (status 400 or 414).
  func json(
    _ path: String, _ parameters: [(name: String, value: String)], deadline: Deadline
  ) throws(PipelineError) -> JSONValue? {
    let query = parameters.map { "\($0.name)=\(PercentEncoding.encode($0.value))" }.joined(separator: "&")
    let request = HTTPRequest(
      "GET", "\(base)\(path)?\(query)", timeout: .seconds(10), maximumBodyBytes: Self.maximumBytes)
    guard let response = try send(request, within: Self.timeForOne, deadline: deadline) else { return nil }
    do {
      return try JSONValue(parsing: response.body)
    } catch {
      throw changed(path, "its response is not JSON (\(error))")
    }
  }

  /// Sends a request, with retries.
  /// - Parameter limit: the time for all attempts.
  /// - Returns: a response of status 200; nil for status 400 or 414.
  func send(
    _ request: HTTPRequest, within limit: Duration, deadline: Deadline
  ) throws(PipelineError) -> HTTPResponse? {
    let response: HTTPResponse
    switch client.sendAll([request], retrying: retries, deadline: deadline.limited(to: limit))[0] {
    case .success(let received): response = received
    case .failure(let error): throw failure(error, deadline: deadline)
    }
    switch response.status {
    case 200: return response
    case 400, 414: return nil
    case 429:
      throw PipelineError(.sourceThrottled, "\(title) wants fewer requests (status 429): the next run tries again")
    case 401, 403, 407:
      throw PipelineError(
        .sourceRefused, "\(title) refuses the request (status \(response.status)): check its settings and terms")
    case 404, 410:
      throw PipelineError(
        .sourceRefused,
        "\(title) has no \(Self.address(request.url)) (status \(response.status)): check GEOCODER_URL")
    case 500...:
      throw PipelineError(
        .sourceUnavailable, "\(title) fails with status \(response.status): the next run tries again")
    default: throw changed(request.url, "it responds with status \(response.status)")
    }
  }

  /// A response that is not what the provider's documentation says.
  func changed(_ place: String, _ problem: String) -> PipelineError {
    PipelineError(.sourceChanged, "\(title), \(Self.address(place)): \(problem)")
  }

  private func failure(_ error: HTTPError, deadline: Deadline) -> PipelineError {
    switch error.kind {
    case .tooLarge: PipelineError(.sourceChanged, "\(title), \(error)")
    case .invalidURL, .invalidHeader, .addressRefused:
      PipelineError(.configurationInvalid, "\(title), \(error): check GEOCODER_URL")
    case .timedOut where deadline.remaining < .seconds(1):
      PipelineError(.deadlineExceeded, "\(title) did not respond in the time that was left")
    default: PipelineError(.sourceUnavailable, "\(title), \(error): the next run tries again")
    }
  }

  /// An address, or a path, without its query.
  private static func address(_ url: String) -> String { String(url.prefix { $0 != "?" && $0 != "#" }) }
}
