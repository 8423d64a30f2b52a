import Contracts
import Definitions
import Fetching

extension FetchPolicy {
  /// Statuses that ask to try again. The other statuses from 400 to 499 are pages, whose meaning the reader decides.
  private static let passing: Set<Int> = [408, 425, 429]

  /// The rules of a section `extract`, which was checked.
  /// - Throws: `ConfigurationInvalid` for an address that is none.
  init(http section: Section, of dataset: Dataset) throws(PipelineError) {
    let url = section.text("url") ?? ""
    guard let site = Site(RequestTemplate.split(url).origin) else {
      throw PipelineError(.configurationInvalid, "\(section.place).url is no address of http or https")
    }
    let rate = section.section("rate")
    let requests = rate?.integer("requests") ?? 1
    var sending = SendingRules()
    sending.burst = rate?.integer("burst") ?? requests
    sending.obeysRateLimitHeaders = rate?.text("headers") == "obey"
    sending.timeout = .seconds(section.number("timeout_seconds") ?? section.number("timeout") ?? 30)
    sending.attempts = section.section("retry")?.integer("attempts") ?? 3
    sending.backoff = .seconds(section.section("retry")?.number("backoff_seconds") ?? 1)
    sending.breakerFailures = section.section("breaker")?.integer("failures") ?? 5
    sending.breakerCooldown = .seconds(section.section("breaker")?.number("cooldown_seconds") ?? 60)
    var headers: [String: String] = [:]
    for name in section.section("headers")?.keys ?? [] { headers[name] = section.section("headers")?.text(name) }
    let authentication = section.section("auth").map { Authentication($0) }
    self.init(
      site: site, userAgent: section.text("user_agent") ?? HTTPReader.defaultUserAgent,
      requestsPerSecond: Double(requests) / (rate?.number("per_seconds") ?? 1),
      obeysRobots: (section.text("robots") ?? (authentication == nil ? "obey" : "ignore")) == "obey",
      headers: headers, maximumBodyBytes: (section.integer("max_body_mb") ?? 10) << 20,
      authentication: authentication, sending: sending,
      keptStatuses: Set(400...499).subtracting(Self.passing))
    variant = variant(of: dataset)
  }

  /// Returns what may make a source's answer to this dataset another than that to other datasets, or than the one that a
  /// former version of the definition got. Credentials are named, not given: the dataset stands for them.
  private func variant(of dataset: Dataset) -> String {
    let fields = headers.map { "\($0.key.lowercased()): \($0.value)" }.sorted()
    let credentials = authentication.map { "\($0)" } ?? "none"
    return ([dataset.id, "user-agent: \(userAgent)", "credentials: \(credentials)"] + fields).joined(separator: "\n")
  }
}

extension Authentication {
  /// The credentials of a section `auth`, which was checked.
  init(_ section: Section) {
    func text(_ key: String) -> String { section.text(key) ?? "" }
    self =
      switch text("kind") {
      case "bearer": .bearer(token: text("secret"))
      case "basic": .basic(user: text("user"), password: text("password"))
      case "header": .header(name: text("name"), value: text("prefix") + text("secret"))
      case "query": .query(name: text("name"), value: text("secret"))
      default:
        .clientCredentials(
          ClientCredentials(
            tokenURL: text("token_url"), id: text("client_id"), secret: text("client_secret"),
            scope: section.text("scope"), sendsInBody: section.text("send") == "body"))
      }
  }
}
