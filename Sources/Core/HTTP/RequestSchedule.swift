import Time

/// Which of many requests may go next: within the caps and the rate, and not before its time. Pure: it is told the time.
struct RequestSchedule {
  private struct Entry {
    let host: String
    var attempts = 0
    var notBefore = Duration.zero
  }

  private let perHost: Int
  private let inFlight: Int
  private let spacing: Duration
  private let breaker: CircuitBreaker.Settings?
  private var entries: [Entry]
  /// Indices of requests that wait, in the order in which they will be asked for.
  private var waiting: [Int]
  private var underWay: [String: Int] = [:]
  private var total = 0
  /// What is known of the hosts, for the next schedule.
  private(set) var hosts: [String: HostRecord]

  /// - Parameters:
  ///   - spacing: the least time between the starts of two requests to one host.
  ///   - known: what an earlier schedule knew of the hosts.
  init(
    hosts: [String], perHost: Int, inFlight: Int, spacing: Duration = .zero, breaker: CircuitBreaker.Settings? = nil,
    known: [String: HostRecord] = [:]
  ) {
    self.perHost = max(1, perHost)
    self.inFlight = max(1, inFlight)
    self.spacing = spacing
    self.breaker = breaker
    self.hosts = known
    entries = hosts.map { Entry(host: $0) }
    waiting = Array(hosts.indices)
  }

  var isEmpty: Bool { waiting.isEmpty && total == 0 }

  func attempts(of index: Int) -> Int { entries[index].attempts }

  /// Takes the next request that may go now, and counts it as under way.
  mutating func next(at now: Duration) -> Int? {
    guard total < inFlight else { return nil }
    let position = waiting.firstIndex { index in
      let entry = entries[index]
      return readiness(of: entry) <= now && underWay[entry.host, default: 0] < perHost
        && admission(of: entry, at: now) == .go
    }
    guard let position else { return nil }
    let index = waiting.remove(at: position)
    entries[index].attempts += 1
    let host = entries[index].host
    underWay[host, default: 0] += 1
    total += 1
    hosts[host, default: HostRecord()].nextStart = now + spacing
    hosts[host]?.breaker?.begin()
    return index
  }

  /// Takes out every request that waits for a host that is left alone.
  /// - Returns: their indices.
  mutating func refused(at now: Duration) -> [Int] {
    guard breaker != nil else { return [] }
    let isRefused = { [self] index in
      if case .refuse = admission(of: entries[index], at: now) { true } else { false }
    }
    let refused = waiting.filter(isRefused)
    if !refused.isEmpty { waiting.removeAll(where: isRefused) }
    return refused
  }

  /// The request has ended for good.
  mutating func finish(_ index: Int) {
    underWay[entries[index].host, default: 0] -= 1
    total -= 1
  }

  /// The request never went, or was dropped on its way: it says nothing of its host.
  mutating func abandon(_ index: Int, at now: Duration) {
    hosts[entries[index].host]?.breaker?.abandon(at: now)
    finish(index)
  }

  /// What a request that ended says of its host. Each redirect that it followed was a request as well.
  /// - Parameter failed: nil when it says nothing.
  mutating func note(_ index: Int, failed: Bool?, redirects: Int, at now: Duration) -> HostChange? {
    let host = entries[index].host
    var record = hosts[host] ?? HostRecord()
    defer { hosts[host] = record }
    if redirects > 0 { record.nextStart = max(record.nextStart, now) + spacing * redirects }
    guard let breaker else { return nil }
    var state = record.breaker ?? CircuitBreaker(breaker)
    defer { record.breaker = state }
    guard let failed else {
      state.abandon(at: now)
      return nil
    }
    if failed {
      guard state.fail(at: now) else { return nil }
      return .leftAlone(host: host, failures: state.failures, pause: state.cooldown)
    }
    return state.succeed() ? .wellAgain(host: host) : nil
  }

  /// Why the host of a request is left alone.
  func refusal(of index: Int, at now: Duration) -> String {
    guard let state = hosts[entries[index].host]?.breaker, case .refuse(let until) = state.admission(at: now) else {
      return "not asked for"
    }
    let wait = (until - now).components.seconds + 1
    return "not asked for: its host failed \(state.failures) times in a row and is tried again in \(wait) s"
  }

  /// Holds back every request to the request's host.
  mutating func pauseHost(of index: Int, until moment: Duration) {
    let host = entries[index].host
    hosts[host, default: HostRecord()].pausedUntil = max(hosts[host]?.pausedUntil ?? .zero, moment)
  }

  /// The request will be asked for again.
  mutating func postpone(_ index: Int, until moment: Duration) {
    finish(index)
    entries[index].notBefore = moment
    waiting.append(index)
  }

  /// How long until a request that waits for its time may go; nil when none waits for its time.
  func wait(at now: Duration) -> Duration? {
    waiting.lazy.map { readiness(of: entries[$0]) - now }.filter { $0 > .zero }.min()
  }

  private func readiness(of entry: Entry) -> Duration {
    max(entry.notBefore, hosts[entry.host]?.readiness ?? .zero)
  }

  private func admission(of entry: Entry, at now: Duration) -> CircuitBreaker.Admission {
    hosts[entry.host]?.breaker?.admission(at: now) ?? .go
  }
}
