import FoundationEssentials
import Time

extension LivePages {
  var robotsURL: String { policy.site.url(of: "/robots.txt") }

  /// Reads robots.txt once. RFC 9309, 2.3.1: a site without one allows everything; a site whose robots.txt cannot be read
  /// allows nothing.
  func rules(_ deadline: Deadline) throws(FetchError) -> RobotsRules {
    if let robots { return robots }
    var rules = RobotsRules.none
    if policy.obeysRobots {
      rules = try readRules(deadline)
      // The delay is meant for the run as a whole, which has other scrapers.
      if let delay = rules.crawlDelay {
        pages.raiseMinimumInterval(to: delay * job.workerCount)
        if delay * job.workerCount > job.minimumInterval { longDelay = delay }
      }
    }
    try pages.stagger(deadline)
    robots = rules
    return rules
  }

  /// A sentence about the pages that robots.txt left no time for; nil if its delay is not the reason, or none failed.
  package var delayNotice: String? {
    guard lateCount > 0, let longDelay else { return nil }
    let remedy =
      job.workerCount > 1
      ? "A run of fewer dates, or the site's permission for a shorter delay, helps"
      : "Only the site's permission for a shorter delay helps"
    return
      "\(Self.request(for: longDelay)), which leaves time for \(usedCount) of \(usedCount + lateCount) pages in this "
      + "run: the others keep their stored details. \(remedy)"
  }

  /// Returns the error with the delay that robots.txt asks for, if that may be the reason.
  func late(_ error: FetchError) -> FetchError {
    guard error.reason == .timedOut, let longDelay else { return error }
    return FetchError(.timedOut, "\(error); \(Self.request(for: longDelay))")
  }

  private static func request(for delay: Duration) -> String {
    let seconds = delay.inSeconds == delay.inSeconds.rounded() ? "\(delay.components.seconds)" : "\(delay.inSeconds)"
    return "robots.txt asks for \(seconds) s between two requests"
  }

  private func readRules(_ deadline: Deadline) throws(FetchError) -> RobotsRules {
    var request = FetchRequest(robotsURL)
    var trail = RedirectTrail()
    for _ in 0...PageResponse.maximumRedirects {
      var result = Result<RobotsRules, FetchError>.failure(FetchError(.unavailable, "there is no response"))
      var target: FetchRequest?
      let address = redactor.address(request.url)
      readShared([request], repeating: trail.isRepeated ? [address] : [], deadline) { _, outcome in
        do throws(FetchError) {
          let response = try outcome.get().response
          if let next = request.redirected(by: response) {
            try trail.follow(from: address, to: redactor.address(next.url), by: response)
            target = next
            return !trail.isRepeated
          }
          result = .success(try Self.rules(in: response, userAgent: policy.userAgent))
          return true
        } catch {
          // An unusable robots.txt does not mean that the source's pages have changed.
          let reason = [.unusable, .tooLarge].contains(error.reason) ? .unavailable : error.reason
          result = .failure(FetchError(reason, "its robots.txt cannot be read: \(error)"))
          return false
        }
      }
      guard let next = target else { return try result.get() }
      request = next
    }
    throw FetchError(
      .unavailable, "its robots.txt cannot be read: more than \(PageResponse.maximumRedirects) redirects")
  }

  private static func rules(in response: PageResponse, userAgent: String) throws(FetchError) -> RobotsRules {
    switch response.status {
    case 206: throw FetchError(.unavailable, "status 206")
    // RFC 9309, 2.3: the media type is text/plain. An HTML page is an error page, a captcha, or a maintenance notice: the
    // rules are as unknown as after a status 500. Some servers send the right text under the wrong type.
    case 200..<300 where response.isHTML && !RobotsRules.isRules(response.body):
      throw FetchError(.unavailable, "it is an HTML page")
    case 200..<300: RobotsRules(response.body, userAgent: userAgent)
    case 429: throw FetchError(.throttled, "status 429")
    case 400..<500: .none
    default: throw FetchError(.unavailable, "status \(response.status)")
    }
  }
}
