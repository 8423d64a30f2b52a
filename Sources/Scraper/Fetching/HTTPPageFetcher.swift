import HTTP
import Time

/// Reads pages from the site, with the retries and the caps of the client.
public final class HTTPPageFetcher: PageFetcher {
  /// A page of the site has about 180 KB.
  static let maximumPageBytes = 8 << 20

  private let client: HTTPClient
  private let policy: HTTPRetryPolicy

  /// - Parameter userAgent: who asks, for the site's operators to read.
  public convenience init(userAgent: String, time: any TimeSource = SystemTime()) {
    var options = HTTPClient.Options()
    options.userAgent = userAgent
    options.maximumPerHost = 4
    self.init(client: HTTPClient(options, time: time))
  }

  init(client: HTTPClient, policy: HTTPRetryPolicy = HTTPRetryPolicy(backoff: Backoff(maximumAttempts: 5))) {
    self.client = client
    self.policy = policy
  }

  public func fetch(_ urls: [String], deadline: Deadline) -> [Result<Page, FetchError>] {
    let requests = urls.map {
      HTTPRequest(
        "GET", $0,
        headers: [
          "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1", "Accept-Language": "en-US,en;q=0.8",
        ],
        timeout: .seconds(30), maximumBodyBytes: Self.maximumPageBytes, maximumRedirects: 10)
    }
    return client.sendAll(requests, retrying: policy, deadline: deadline).map(Self.page)
  }

  /// What an answer, or the lack of one, is worth.
  static func page(_ outcome: Result<HTTPResponse, HTTPError>) -> Result<Page, FetchError> {
    switch outcome {
    case .failure(let error):
      let reason: FetchError.Reason =
        switch error.kind {
        case .timedOut: .timedOut
        case .tooLarge: .unusable
        default: .unavailable
        }
      return .failure(FetchError(reason, error.detail))
    case .success(let response):
      switch response.status {
      case 200..<300: break
      case 429: return .failure(FetchError(.throttled, "status 429"))
      case 404, 410: return .failure(FetchError(.missing, "status \(response.status)"))
      default: return .failure(FetchError(.unavailable, "status \(response.status)"))
      }
      let type = ContentType(response.headers["Content-Type"] ?? "text/html")
      guard type.isHTML else { return .failure(FetchError(.unusable, "no HTML but '\(type.name.prefix(40))'")) }
      return .success(Page(response.body, charset: type.charset))
    }
  }
}

/// A Content-Type header (RFC 9110, 8.3): `text/html; charset="utf-8"`.
struct ContentType: Equatable {
  /// In lower case, without parameters.
  let name: String
  let charset: String?

  init(_ header: String) {
    let parts = header.lowercased().split(separator: ";", omittingEmptySubsequences: false).map {
      $0.filter { !$0.isWhitespace && $0 != "\"" }
    }
    name = parts[0]
    charset = parts.dropFirst().first { $0.hasPrefix("charset=") }.map { String($0.dropFirst("charset=".count)) }
  }

  var isHTML: Bool { name == "text/html" || name == "application/xhtml+xml" }
}
