import FoundationEssentials
import Time
import WARC

/// The pages of a site as it has them in this run, as far as its robots.txt allows to read them. Whatever comes is in the
/// date's archive before it is interpreted.
final class LivePages: PageFetcher {
  private let site: Site
  private let userAgent: String
  private let pages: SharedPages
  private let job: ScrapeJob
  private var robots: RobotsRules?
  private(set) var archive: PageArchive

  var counts: SharedPages.Counts { pages.counts }

  init(
    _ pages: SharedPages, of site: Site, as userAgent: String, job: ScrapeJob, archive: PageArchive
  ) {
    self.pages = pages
    self.site = site
    self.userAgent = userAgent
    self.job = job
    self.archive = archive
  }

  func fetch(_ urls: [String], deadline: Deadline) -> [Result<Page, FetchError>] {
    let rules: RobotsRules
    do throws(FetchError) { rules = try self.rules(deadline) } catch { return urls.map { _ in .failure(error) } }
    let allowed = urls.filter { rules.allows(path(of: $0)) }
    let outcomes = pages.read(allowed, deadline: deadline)
    return urls.map { url in
      guard let outcome = outcomes[url] else {
        return .failure(FetchError(.disallowed, "\(site.url(of: "/robots.txt")) asks not to read it"))
      }
      return Result { () throws(FetchError) in
        let read = try archived(outcome)
        return try read.exchange.page(validated: read.validated)
      }
    }
  }

  /// RFC 9309, 2.3.1: a site that has no robots.txt allows everything; one whose robots.txt cannot be had, nothing.
  private func rules(_ deadline: Deadline) throws(FetchError) -> RobotsRules {
    if let robots { return robots }
    let url = site.url(of: "/robots.txt")
    let exchange: PageExchange
    do throws(FetchError) {
      exchange = try archived(
        pages.read([url], deadline: deadline)[url] ?? .failure(FetchError(.unavailable, "no answer"))
      )
      .exchange
    } catch {
      // Of whatever kind it is: it is not the listing, of which an unusable one says that the site was rebuilt.
      let reason = error.reason == .unusable ? .unavailable : error.reason
      throw FetchError(reason, "its robots.txt cannot be read: \(error)")
    }
    let rules: RobotsRules
    switch exchange.status {
    case 200..<300: rules = RobotsRules(exchange.body, userAgent: userAgent)
    case 429: throw FetchError(.throttled, "its robots.txt cannot be read: status 429")
    case 400..<500: rules = .none
    default: throw FetchError(.unavailable, "its robots.txt cannot be read: status \(exchange.status)")
    }
    // It is asked of the run, which has other scrapers.
    if let delay = rules.crawlDelay { pages.slowDown(to: delay * job.sharing) }
    robots = rules
    return rules
  }

  private func archived(_ outcome: Result<ReadPage, FetchError>) throws(FetchError) -> ReadPage {
    let page = try outcome.get()
    guard archive.hasRoom(for: page) else { throw FetchError(.unusable, "the date's archive is full") }
    do { try archive.append(page) } catch { throw FetchError(.unusable, "it cannot be archived: \(error)") }
    return page
  }

  /// Path and query, with which the rules of robots.txt are compared.
  private func path(of url: String) -> String {
    url.hasPrefix(site.origin) ? String(url.dropFirst(site.origin.count)) : url
  }
}
