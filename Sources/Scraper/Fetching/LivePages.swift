import FoundationEssentials
import Text
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
    var outcomes: [String: Result<Page, FetchError>] = [:]
    // What was asked for, and where it is looked for by now.
    var waiting = urls.map { (asked: $0, place: $0) }
    for _ in 0...PageExchange.mostRedirects where !waiting.isEmpty {
      let places = waiting.map(\.place).uniqued()
      let refusals = places.map { refusal(of: $0, rules) }
      var answers = read(zip(places, refusals).filter { $1 == nil }.map(\.0), deadline)
      for (place, refusal) in zip(places, refusals) { if let refusal { answers[place] = .failure(refusal) } }
      waiting = waiting.compactMap { asked, place in
        guard let answer = answers[place] else { return nil }
        if let target = try? answer.get().exchange.redirect { return (asked, target) }
        outcomes[asked] = answer.flatMap { read in
          Result { () throws(FetchError) in try read.exchange.page(validated: read.validated) }
        }
        return nil
      }
    }
    return urls.map {
      outcomes[$0] ?? .failure(FetchError(.unavailable, "more than \(PageExchange.mostRedirects) redirects"))
    }
  }

  /// Why an address is not to be read, be it one that a redirect leads to; nil when it may be.
  private func refusal(of url: String, _ rules: RobotsRules) -> FetchError? {
    guard let path = site.path(of: url) else {
      let host = url.split(separator: "/", maxSplits: 2).dropFirst().first?.prefix { $0 != "/" } ?? ""
      return FetchError(
        .unavailable, "it has moved to another site, \(host), whose robots.txt is not known (BASE_URL?)")
    }
    return rules.allows(path)
      ? nil : FetchError(.disallowed, "\(site.url(of: "/robots.txt")) asks not to read it")
  }

  /// RFC 9309, 2.3.1: a site that has no robots.txt allows everything; one whose robots.txt cannot be had, nothing.
  private func rules(_ deadline: Deadline) throws(FetchError) -> RobotsRules {
    if let robots { return robots }
    var url = site.url(of: "/robots.txt")
    var exchange: PageExchange
    var redirects = 0
    repeat {
      do throws(FetchError) {
        let answer = read([url], deadline)[url] ?? .failure(FetchError(.unavailable, "no answer"))
        exchange = try answer.get().exchange
      } catch {
        // Of whatever kind it is: it is not the listing, of which an unusable one says that the site was rebuilt.
        let reason = error.reason == .unusable ? .unavailable : error.reason
        throw FetchError(reason, "its robots.txt cannot be read: \(error)")
      }
      url = exchange.redirect ?? ""
      redirects += 1
    } while !url.isEmpty && redirects <= PageExchange.mostRedirects
    let rules: RobotsRules
    switch exchange.status {
    // RFC 9309, 2.3, has it as text/plain. An HTML page in its place is an error page, a captcha, or the notice of some work
    // on the site: not the rules, which are as unknown as after a status 500.
    case 200..<300 where exchange.isHTML:
      throw FetchError(.unavailable, "its robots.txt cannot be read: it is an HTML page")
    case 200..<300: rules = RobotsRules(exchange.body, userAgent: userAgent)
    case 429: throw FetchError(.throttled, "its robots.txt cannot be read: status 429")
    case 400..<500: rules = .none
    default: throw FetchError(.unavailable, "its robots.txt cannot be read: status \(exchange.status)")
    }
    // It is asked of the run, which has other scrapers.
    if let delay = rules.crawlDelay { pages.slowDown(to: delay * job.sharing) }
    try pages.takeTurn(deadline)
    robots = rules
    return rules
  }

  /// Reads pages, those that the archive holds out of it: a redirect may lead to what the date has read before.
  private func read(_ urls: [String], _ deadline: Deadline) -> [String: Result<ReadPage, FetchError>] {
    var outcomes: [String: Result<ReadPage, FetchError>] = [:]
    for url in urls { outcomes[url] = (try? archive.page(url)).map { .success($0) } }
    let new = urls.filter { outcomes[$0] == nil }
    let answers = pages.read(new, deadline: deadline)
    for url in new {
      outcomes[url] = answers[url].map { answer in Result { () throws(FetchError) in try archived(answer) } }
    }
    return outcomes
  }

  private func archived(_ outcome: Result<ReadPage, FetchError>) throws(FetchError) -> ReadPage {
    let page = try outcome.get()
    guard archive.hasRoom(for: page) else { throw FetchError(.unusable, "the date's archive is full") }
    do { try archive.append(page) } catch { throw FetchError(.unusable, "it cannot be archived: \(error)") }
    return page
  }
}
