import Contracts
import RawStore
import Settings

/// What the scraper reads from its environment.
public struct ScraperSettings: Equatable, Sendable {
  /// `BASE_URL`.
  public let site: Site
  /// `USER_AGENT`.
  public let userAgent: String
  /// `SOURCE_REQUESTS_PER_SECOND`: what all scrapers of a run together may ask of the site.
  public let requestsPerSecond: Double
  public let rawStore: RawStoreSettings

  static let userAgent = "festvibes-etl/1.0 (nightly reader of public concert listings)"

  /// - Throws: `ConfigurationInvalid` with all that is wrong.
  public init(from configuration: inout Configuration) throws(PipelineError) {
    let base = configuration.text("BASE_URL", default: "https://www.wwoz.org")
    userAgent = configuration.text("USER_AGENT", default: Self.userAgent)
    requestsPerSecond = configuration.number("SOURCE_REQUESTS_PER_SECOND", in: 0.01...100_000, default: 10)
    rawStore = RawStoreSettings(from: &configuration)
    if !userAgent.isEmpty, !Self.isHeaderValue(userAgent) {
      configuration.report("USER_AGENT must be printable ASCII without spaces around it")
    }
    let site = Site(base)
    // An empty address is a secret that could not be read, which has been reported.
    if site == nil, !base.isEmpty {
      configuration.report("BASE_URL must be http:// or https:// and a host, such as https://www.wwoz.org")
    }
    try configuration.validate()
    guard let site else { throw PipelineError(.configurationInvalid, "BASE_URL is not usable") }
    self.site = site
  }

  /// Whether a text goes into a header as it is.
  private static func isHeaderValue(_ text: String) -> Bool {
    text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && text.utf8.first != 0x20 && text.utf8.last != 0x20
  }
}
