/// The rules for requests to one source.
public struct FetchPolicy: Sendable {
  /// The site. Pages of other sites are not read, and credentials are not sent to them.
  public var site: Site
  /// The User-Agent header. Its part before the first `/` or space selects the group in robots.txt.
  public var userAgent: String
  /// The rate that all scrapers of a run share.
  public var requestsPerSecond: Double
  /// False for an API whose contract permits the requests: robots.txt is not read then.
  public var obeysRobots: Bool
  /// The media types of usable responses, in lower case, the preferred one first. Empty accepts every type.
  public var mediaTypes: [String]
  /// Headers of every request to the site.
  public var headers: [String: String]
  /// The rules of sending: burst, timeout, retries and circuit breaker.
  public var sending: SendingRules
  /// Statuses other than 2xx whose responses are pages too, whose meaning the extractor decides. Other responses fail their
  /// request.
  public var keptStatuses: Set<Int>
  /// The limit for a response's body, in bytes after decompression. A batch of bodies is in memory at once.
  public var maximumBodyBytes: Int
  public var authentication: Authentication?
  /// Names of further query items whose values are secret.
  public var secretQueryItems: Set<String>
  /// Names of further headers whose values are secret.
  public var secretHeaders: Set<String>
  /// A text that keeps the stored pages of this policy apart from those of other datasets with the same source, which may
  /// get another answer from the same address. It holds no secret. Nil: the address alone identifies a page.
  public var variant: String?

  public init(
    site: Site, userAgent: String, requestsPerSecond: Double, obeysRobots: Bool = true, mediaTypes: [String] = [],
    headers: [String: String] = [:], maximumBodyBytes: Int = 2 << 20, authentication: Authentication? = nil,
    secretQueryItems: Set<String> = [], secretHeaders: Set<String> = [], sending: SendingRules = SendingRules(),
    keptStatuses: Set<Int> = []
  ) {
    self.site = site
    self.userAgent = userAgent
    self.requestsPerSecond = requestsPerSecond
    self.obeysRobots = obeysRobots
    self.mediaTypes = mediaTypes
    self.headers = headers
    self.maximumBodyBytes = maximumBodyBytes
    self.authentication = authentication
    self.secretQueryItems = secretQueryItems
    self.secretHeaders = secretHeaders
    self.sending = sending
    self.keptStatuses = keptStatuses
  }

  /// The Accept header: the media types, then anything else.
  var accept: String {
    guard let first = mediaTypes.first else { return "*/*" }
    return ([first] + mediaTypes.dropFirst().map { "\($0);q=0.9" } + ["*/*;q=0.1"]).joined(separator: ",")
  }

  /// A response that names no media type is accepted as well.
  func accepts(_ mediaType: String?) -> Bool {
    guard let mediaType, !mediaTypes.isEmpty else { return true }
    return mediaTypes.contains(mediaType)
  }
}

/// Hides headers and credentials, so that a log line or an error message cannot reveal them by mistake.
extension FetchPolicy: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "the policy for \(site.origin)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}
