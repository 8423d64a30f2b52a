import FoundationEssentials
import HTTP
import Time

/// Keeps the access token of a source, and requests another one shortly before it ends. Neither the request nor its response
/// is archived.
final class AccessTokens {
  /// The time before its end from which on a token is not used.
  static let margin = 60.0
  private static let maximumBytes = 1 << 20

  private let grant: ClientCredentials
  private let time: any TimeSource
  private var expires: Date?
  /// The token in use; nil before the first one, and after the source has refused it.
  private(set) var current: String?

  init(_ grant: ClientCredentials, time: any TimeSource) {
    self.grant = grant
    self.time = time
  }

  /// Drops a token that the source refused.
  func discard() { current = nil }

  /// Requests a token, unless there is one that is valid for longer than the margin.
  /// - Parameters:
  ///   - origin: the source, whose rate the request counts to.
  /// - Throws: `refused` if the endpoint does not accept the credentials, `throttled`, `unavailable`; `unusable` for a
  ///   response without a token.
  func prepare(
    via client: HTTPClient, retrying retries: HTTPRetryPolicy, timeout: Duration, countingTo origin: String,
    _ redactor: Redactor, deadline: Deadline
  ) throws(FetchError) {
    if current != nil, expires.map({ $0.timeIntervalSince(time.now) > Self.margin }) ?? true { return }
    current = nil
    var headers: HTTPHeaders = ["Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"]
    headers["Authorization"] = grant.authorization
    let request = HTTPRequest(
      "POST", grant.tokenURL, headers: headers, body: grant.body, timeout: timeout, maximumBodyBytes: Self.maximumBytes)
    let began = time.now
    let before = client.requestsSent
    let outcome = client.sendAll([request], retrying: retries, deadline: deadline)[0]
    let isElsewhere = Site(origin).map { !$0.isOrigin(of: grant.tokenURL) } ?? true
    if isElsewhere { for _ in before..<client.requestsSent { client.countRequest(to: origin) } }
    let response: HTTPResponse
    do { response = try outcome.get() } catch {
      let failure = FetchError(error, redactor)
      throw FetchError(failure.reason, "no access token: \(grant.tokenURL): \(failure.detail)")
    }
    let answer = try? JSONDecoder().decode(TokenResponse.self, from: response.body)
    guard response.isSuccess else { throw failure(response.status, answer?.error.map(redactor.text)) }
    guard let token = answer?.token, answer?.type?.lowercased() ?? "bearer" == "bearer" else {
      throw FetchError(
        .unusable, "no access token: the response of \(grant.tokenURL) has no bearer token that can be sent in a header"
      )
    }
    grant.acquired.add(token)
    current = token
    expires = answer?.lifetime.flatMap { $0.isFinite ? began.addingTimeInterval(max(0, $0)) : nil }
  }

  /// - Parameter code: the endpoint's error code, nothing else of its response, which may repeat the request.
  private func failure(_ status: Int, _ code: String?) -> FetchError {
    let reason: FetchError.Reason =
      switch status {
      case 429: .throttled
      case 408, 425, 500...: .unavailable
      default: .refused
      }
    let advice = reason == .refused ? ": check client id, client secret and scope" : ""
    return FetchError(
      reason,
      "no access token: \(grant.tokenURL) responds with status \(status)\(code.map { " (\($0))" } ?? "")\(advice)")
  }
}
