import FoundationEssentials
import Text
import Time

/// The headers by which a host says how many requests are left in its present window, and when the next one begins: those
/// of the IETF's drafts (`RateLimit`, `RateLimit-Remaining`), the `X-RateLimit-…` that many APIs have, and Ticketmaster's
/// `Rate-Limit-Available`.
enum RateLimitHeaders {
  /// The longest pause, in seconds: a day.
  private static let longest = 86_400.0
  private static let pairs = [
    ("RateLimit-Remaining", "RateLimit-Reset"), ("X-RateLimit-Remaining", "X-RateLimit-Reset"),
    ("X-Rate-Limit-Remaining", "X-Rate-Limit-Reset"), ("Rate-Limit-Available", "Rate-Limit-Reset"),
  ]

  /// Returns the time until a host with no request left has some again; nil if it has some, or does not say when.
  /// - Parameter now: this machine's time, for a reset that is a moment. The response's own date counts where it has one:
  ///   the two clocks may differ.
  static func pause(_ headers: HTTPHeaders, now: Date) -> Duration? {
    let host = headers["Date"].flatMap { HTTPDate.parse($0, now: now) } ?? now
    var waits: [Double] = []
    for (remaining, reset) in pairs {
      guard let left = headers[remaining].flatMap(number), left <= 0 else { continue }
      if let wait = headers[reset].flatMap({ seconds(until: $0, host) }) { waits.append(wait) }
    }
    if let wait = headers.list("RateLimit").flatMap(combined) { waits.append(wait) }
    guard let wait = waits.max(), wait > 0 else { return nil }
    // Rounded up to milliseconds: a request that comes too early is refused.
    return .milliseconds(Int64((min(wait, longest) * 1000).rounded(.up)))
  }

  /// A reset is a number of seconds, or a moment: seconds or milliseconds since 1970, or a date.
  private static func seconds(until reset: String, _ now: Date) -> Double? {
    guard let number = number(reset) else { return HTTPDate.parse(reset, now: now)?.timeIntervalSince(now) }
    // Seconds since 1970 have been more than a thousand million since 2001, and no window lasts as many seconds.
    switch number {
    case 1e11...: return number / 1000 - now.timeIntervalSince1970
    case 1e9...: return number - now.timeIntervalSince1970
    default: return number
    }
  }

  /// Reads the one header of the later drafts: `limit=100, remaining=0, reset=50` or `"hour";r=0;t=50, "day";r=10;t=900`.
  /// - Returns: the seconds until the last of the used-up limits is there again; nil if none is used up.
  private static func combined(_ text: String) -> Double? {
    func value(_ names: [String], in part: Substring) -> Double? {
      for field in part.split(separator: ";") {
        let sides = field.split(separator: "=", maxSplits: 1).map { $0.trimming(while: \.isWhitespace) }
        if sides.count == 2, names.contains(sides[0].lowercased()) { return number(String(sides[1])) }
      }
      return nil
    }
    let isOfPolicies = text.utf8.contains(UInt8(ascii: ";")) || text.utf8.contains(UInt8(ascii: "\""))
    let joined = isOfPolicies ? text : text.split(separator: ",").joined(separator: ";")
    let waits: [Double] = joined.split(separator: ",").compactMap { part in
      guard let left = value(["r", "remaining"], in: part), left <= 0 else { return nil }
      return value(["t", "reset"], in: part)
    }
    return waits.max()
  }

  private static func number(_ text: String) -> Double? {
    Double(String(text.trimming(while: \.isWhitespace))).flatMap { $0.isFinite ? $0 : nil }
  }
}

extension RequestSchedule {
  /// Sends the host of a request nothing more for as long as its response asks for that.
  mutating func pauseHost(of index: Int, after outcome: Result<HTTPResponse, HTTPError>, by time: any TimeSource) {
    guard case .success(let response) = outcome,
      let pause = RateLimitHeaders.pause(response.headers, now: time.now)
    else { return }
    pauseHost(of: index, until: time.uptime + pause)
  }
}
