import Contracts
import Definitions
import Fetching
import Settings

extension FetchPolicy {
  /// Reads the settings of the site: its address, the User-Agent, and the rate that all scrapers of a run share.
  /// - Throws: `ConfigurationInvalid` with all problems; a retryable error if a secret cannot be read now.
  init(wwoz section: Section, settings: inout Configuration) throws(PipelineError) {
    let base = settings.text(.baseURL, default: section.text("base_url") ?? "https://www.wwoz.org")
    let userAgent = settings.text(
      .userAgent,
      default: section.text("user_agent") ?? "festvibes-etl/1.0 (nightly reader of public concert listings)")
    let rate =
      settings.number(.requestsPerSecond, in: 0.01...100_000, default: section.text("requests_per_second")) ?? 1
    if !userAgent.isEmpty, !Self.isHeaderValue(userAgent) {
      settings.report("USER_AGENT must be printable ASCII without spaces around it")
    }
    let site = Site(base)
    // An empty address is a secret that could not be read, which has been reported.
    if site == nil, !base.isEmpty {
      settings.report("BASE_URL must be http:// or https:// and a host, such as https://www.wwoz.org")
    }
    try settings.validate()
    guard let site else { throw PipelineError(.configurationInvalid, "BASE_URL is not usable") }
    self.init(
      site: site, userAgent: userAgent, requestsPerSecond: rate, mediaTypes: ["text/html", "application/xhtml+xml"],
      headers: ["Accept-Language": "en-US,en;q=0.8"])
  }

  /// True if a header can hold the text unchanged.
  private static func isHeaderValue(_ text: String) -> Bool {
    text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && text.utf8.first != 0x20 && text.utf8.last != 0x20
  }
}
