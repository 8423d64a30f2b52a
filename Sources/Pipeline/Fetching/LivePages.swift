import FoundationEssentials
import Time
import WARC

/// The pages of a source in this run that its robots.txt allows. Every response is in the item's archive before anything
/// interprets it.
package final class LivePages: PageFetcher {
  private let policy: FetchPolicy
  private let redactor: Redactor
  private let pages: SharedPages
  private let job: ScrapeJob
  private var robots: RobotsRules?
  package private(set) var archive: PageArchive

  package var counts: SharedPages.Counts { pages.counts }

  package init(_ pages: SharedPages, policy: FetchPolicy, job: ScrapeJob, archive: PageArchive) {
    self.pages = pages
    self.policy = policy
    self.job = job
    self.archive = archive
    redactor = Redactor(policy)
  }

  package func read(
    _ requests: [FetchRequest], deadline: Deadline, _ use: (_ index: Int, _ page: Page) throws -> Void
  ) -> [(any Error)?] {
    pages(requests, deadline).enumerated().map { index, outcome in
      do {
        guard !deadline.hasPassed else { throw FetchError(.timedOut, "no time was left to read it") }
        try use(index, outcome.get())
        return nil
      } catch { return error }
    }
  }

  private func pages(_ requests: [FetchRequest], _ deadline: Deadline) -> [Result<Page, FetchError>] {
    let rules: RobotsRules
    do throws(FetchError) { rules = try self.rules(deadline) } catch { return requests.map { _ in .failure(error) } }
    var outcomes = [Result<Page, FetchError>?](repeating: nil, count: requests.count)
    // Redirects replace a request here, and its position stays.
    var waiting = Array(requests.enumerated())
    for _ in 0...PageResponse.maximumRedirects where !waiting.isEmpty {
      let responses = read(waiting.map(\.element), rules, deadline)
      var redirected: [(offset: Int, element: FetchRequest)] = []
      for ((position, request), response) in zip(waiting, responses) {
        if let target = (try? response.get()).flatMap({ request.redirected(by: $0.response) }) {
          redirected.append((position, target))
        } else {
          outcomes[position] = response.flatMap { captured in
            Result { () throws(FetchError) in
              try captured.response.page(validated: captured.validated, accepting: policy)
            }
          }
        }
      }
      waiting = redirected
    }
    return outcomes.map {
      $0 ?? .failure(FetchError(.unavailable, "more than \(PageResponse.maximumRedirects) redirects"))
    }
  }

  /// Reads pages at the given addresses, as far as they are allowed.
  /// - Returns: an outcome for each request, in order.
  private func read(
    _ requests: [FetchRequest], _ rules: RobotsRules, _ deadline: Deadline
  ) -> [Result<CapturedPage, FetchError>] {
    let refusals = requests.map { refusal(of: $0.url, rules) }
    let allowed = zip(requests, refusals).filter { $1 == nil }.map(\.0)
    let shared = read(allowed.filter(\.isShared), deadline)
    var others = pages.send(allowed.filter { !$0.isShared }, deadline: deadline).map(archived)[...]
    return zip(requests, refusals).map { request, refusal in
      if let refusal { return .failure(refusal) }
      let outcome = request.isShared ? shared[redactor.address(request.url)] : others.popFirst()
      return outcome ?? .failure(FetchError(.unavailable, "there is no response"))
    }
  }

  /// Returns the reason not to read an address; nil if it may be read.
  private func refusal(of url: String, _ rules: RobotsRules) -> FetchError? {
    guard let path = policy.site.path(of: url) else {
      let authority = url.split(separator: "/", maxSplits: 2).dropFirst().first?.prefix { $0 != "/" } ?? ""
      let host = authority.split(separator: "@").last ?? ""
      return FetchError(
        .unavailable, "it has moved to another site, \(host); only \(policy.site.origin) is read")
    }
    return rules.allows(path) ? nil : FetchError(.disallowed, "\(robotsURL) asks not to read it")
  }

  private var robotsURL: String { policy.site.url(of: "/robots.txt") }

  /// Reads robots.txt once. RFC 9309, 2.3.1: a site without one allows everything; a site whose robots.txt cannot be read
  /// allows nothing.
  private func rules(_ deadline: Deadline) throws(FetchError) -> RobotsRules {
    if let robots { return robots }
    var rules = RobotsRules.none
    if policy.obeysRobots {
      rules = try Self.rules(in: try robotsResponse(deadline), userAgent: policy.userAgent)
      // The delay is meant for the run as a whole, which has other scrapers.
      if let delay = rules.crawlDelay { pages.raiseMinimumInterval(to: delay * job.workerCount) }
    }
    try pages.stagger(deadline)
    robots = rules
    return rules
  }

  private func robotsResponse(_ deadline: Deadline) throws(FetchError) -> PageResponse {
    var url = robotsURL
    var response: PageResponse
    var redirects = 0
    repeat {
      do throws(FetchError) {
        let outcome = read([FetchRequest(url)], deadline)[redactor.address(url)]
        response = try (outcome ?? .failure(FetchError(.unavailable, "there is no response"))).get().response
      } catch {
        // An unusable robots.txt does not mean that the source's pages have changed.
        let reason = error.reason == .unusable ? .unavailable : error.reason
        throw FetchError(reason, "its robots.txt cannot be read: \(error)")
      }
      url = response.redirect ?? ""
      redirects += 1
    } while !url.isEmpty && redirects <= PageResponse.maximumRedirects
    return response
  }

  private static func rules(in response: PageResponse, userAgent: String) throws(FetchError) -> RobotsRules {
    switch response.status {
    // RFC 9309, 2.3: the media type is text/plain. An HTML page is an error page, a captcha, or a maintenance notice: the
    // rules are as unknown as after a status 500.
    case 200..<300 where response.isHTML:
      throw FetchError(.unavailable, "its robots.txt cannot be read: it is an HTML page")
    case 200..<300: RobotsRules(response.body, userAgent: userAgent)
    case 429: throw FetchError(.throttled, "its robots.txt cannot be read: status 429")
    case 400..<500: .none
    default: throw FetchError(.unavailable, "its robots.txt cannot be read: status \(response.status)")
    }
  }

  /// Reads shared pages. A page that the archive holds, because a redirect led to it before, is taken from there.
  /// - Returns: an outcome for each address.
  private func read(_ requests: [FetchRequest], _ deadline: Deadline) -> [String: Result<CapturedPage, FetchError>] {
    var outcomes: [String: Result<CapturedPage, FetchError>] = [:]
    var new: [String: FetchRequest] = [:]
    var order: [String] = []
    for request in requests {
      let address = redactor.address(request.url)
      guard outcomes[address] == nil, new[address] == nil else { continue }
      if let page = try? archive.page(address) {
        outcomes[address] = .success(page)
      } else {
        new[address] = request
        order.append(address)
      }
    }
    let responses = pages.read(order.map { (address: $0, url: new[$0]?.url ?? $0) }, deadline: deadline)
    for address in order { outcomes[address] = responses[address].map(archived) }
    return outcomes
  }

  private func archived(_ outcome: Result<CapturedPage, FetchError>) -> Result<CapturedPage, FetchError> {
    outcome.flatMap { page in
      guard archive.hasRoom(for: page) else { return .failure(FetchError(.unusable, "the item's archive is full")) }
      do { try archive.append(page) } catch {
        return .failure(FetchError(.unusable, "it cannot be archived: \(error)"))
      }
      return .success(page)
    }
  }
}
