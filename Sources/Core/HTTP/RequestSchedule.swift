import Time

/// Which of many requests may go next: within the caps and the rate, and not before its time. Pure: it is told the time.
struct RequestSchedule {
  private struct Entry {
    /// An index of `hosts`.
    let host: Int
    var attempts = 0
    var notBefore = Duration.zero
    /// Whether its last attempt was the one that tries a failing host again.
    var isProbe = false
  }

  private struct Host {
    let name: String
    var record: HostRecord
    var underWay = 0
  }

  private let perHost: Int
  private let inFlight: Int
  private let spacing: Duration
  private var entries: [Entry] = []
  private var hosts: [Host] = []
  /// Indices of requests that wait, in the order in which they will be asked for.
  private var waiting: [Int]
  private var total = 0

  /// - Parameters:
  ///   - spacing: the least time between the starts of two requests to one host.
  ///   - breaker: of hosts that are new; without it no host is left alone.
  ///   - known: what earlier schedules knew of the hosts.
  init(
    hosts names: [String], perHost: Int, inFlight: Int, spacing: Duration = .zero,
    breaker: CircuitBreaker.Settings? = nil, known: [String: HostRecord] = [:]
  ) {
    self.perHost = max(1, perHost)
    self.inFlight = max(1, inFlight)
    self.spacing = spacing
    waiting = Array(names.indices)
    var indices: [String: Int] = [:]
    for name in names {
      let host = indices[name] ?? hosts.count
      if host == hosts.count {
        indices[name] = host
        let new = HostRecord(breaker: breaker.map(CircuitBreaker.init))
        hosts.append(Host(name: name, record: known[name] ?? new))
      }
      entries.append(Entry(host: host))
    }
  }

  var isEmpty: Bool { waiting.isEmpty && total == 0 }

  /// What is known of its hosts by now, for the next schedule.
  var records: [String: HostRecord] {
    Dictionary(uniqueKeysWithValues: hosts.map { ($0.name, $0.record) })
  }

  func attempts(of index: Int) -> Int { entries[index].attempts }

  /// Whether the request went before, and is not finding out whether its host works again.
  func isRetry(_ index: Int) -> Bool { entries[index].attempts > 1 && !entries[index].isProbe }

  /// Takes the next request that may go now, and counts it as under way.
  mutating func next(at now: Duration) -> Int? {
    guard total < inFlight else { return nil }
    let mayGo = hosts.map { host in
      host.underWay < perHost && host.record.readiness(spacing: spacing) <= now
        && host.record.breaker?.admission(at: now) ?? .go == .go
    }
    guard mayGo.contains(true),
      let position = waiting.firstIndex(where: { mayGo[entries[$0].host] && entries[$0].notBefore <= now })
    else { return nil }
    let index = waiting.remove(at: position)
    let host = entries[index].host
    entries[index].attempts += 1
    entries[index].isProbe = hosts[host].record.breaker?.begin() ?? false
    hosts[host].record.lastStart = now
    hosts[host].underWay += 1
    total += 1
    return index
  }

  /// Takes out every request that waits for a host that is left alone.
  /// - Returns: their indices.
  mutating func refused(at now: Duration) -> [Int] {
    let isRefusing = hosts.map { host in
      if case .refuse = host.record.breaker?.admission(at: now) { true } else { false }
    }
    guard isRefusing.contains(true) else { return [] }
    let refused = waiting.filter { isRefusing[entries[$0].host] }
    waiting.removeAll { isRefusing[entries[$0].host] }
    return refused
  }

  /// The request has ended for good.
  mutating func finish(_ index: Int) {
    hosts[entries[index].host].underWay -= 1
    total -= 1
  }

  /// The request never went, or was dropped on its way: it says nothing of its host.
  mutating func abandon(_ index: Int, at now: Duration) {
    hosts[entries[index].host].record.breaker?.abandon(isProbe: entries[index].isProbe, at: now)
    finish(index)
  }

  /// What an attempt that ended says of its host.
  /// - Parameter failed: nil when it says nothing.
  mutating func note(_ index: Int, failed: Bool?, at now: Duration) -> HostChange? {
    let entry = entries[index]
    let name = hosts[entry.host].name
    var record = hosts[entry.host].record
    defer { hosts[entry.host].record = record }
    switch failed {
    case nil: record.breaker?.abandon(isProbe: entry.isProbe, at: now)
    case false?: if record.breaker?.succeed(isProbe: entry.isProbe) == true { return .wellAgain(host: name) }
    case true?:
      guard record.breaker?.fail(isProbe: entry.isProbe, at: now) == true, let breaker = record.breaker else { break }
      return .leftAlone(host: name, failures: breaker.failures, pause: breaker.cooldown)
    }
    return nil
  }

  /// Why the host of a request is left alone.
  func refusal(of index: Int, at now: Duration) -> String {
    guard let breaker = hosts[entries[index].host].record.breaker, case .refuse(let until) = breaker.admission(at: now)
    else { return "not asked for" }
    let wait = Int((until - now).inSeconds.rounded(.up))
    return "not asked for: its host failed \(breaker.failures) times in a row and is tried again in \(wait) s"
  }

  /// Holds back every request to the request's host.
  mutating func pauseHost(of index: Int, until moment: Duration) {
    let host = entries[index].host
    hosts[host].record.pausedUntil = max(hosts[host].record.pausedUntil, moment)
  }

  /// The request will be asked for again.
  mutating func postpone(_ index: Int, until moment: Duration) {
    finish(index)
    entries[index].notBefore = moment
    waiting.append(index)
  }

  /// How long until a request that waits for its time may go; nil when none waits for its time.
  func wait(at now: Duration) -> Duration? {
    let ready = hosts.map { $0.record.readiness(spacing: spacing) }
    return waiting.lazy.map { max(entries[$0].notBefore, ready[entries[$0].host]) - now }.filter { $0 > .zero }.min()
  }
}
