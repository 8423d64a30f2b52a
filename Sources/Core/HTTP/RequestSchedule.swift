import Time

/// Decides which of many requests starts next, within the limits of concurrency and rate, the retry delays and the circuit
/// breakers. It performs no I/O: the caller passes the time.
struct RequestSchedule {
  private struct Entry {
    /// An index into `hosts`.
    let host: Int
    var attempts = 0
    var notBefore = Duration.zero
    /// True if the last attempt was the probe of the host's circuit breaker.
    var isProbe = false
  }

  private struct Host {
    let name: String
    var state: HostState
    var inFlight = 0
  }

  private let maximumPerHost: Int
  private let maximumInFlight: Int
  private let minimumInterval: Duration
  private let burst: Int
  private var entries: [Entry] = []
  private var hosts: [Host] = []
  /// Indices of the requests that wait, in the order in which they will start.
  private var waiting: [Int]
  private var inFlight = 0

  /// - Parameters:
  ///   - names: the host of each request.
  ///   - minimumInterval: the minimum time between the starts of two requests to one host, on average.
  ///   - burst: the requests that may start at once after a pause.
  ///   - breaker: the settings of the circuit breakers of new hosts; nil for none.
  ///   - known: the states of hosts from earlier schedules.
  init(
    hosts names: [String], maximumPerHost: Int, maximumInFlight: Int, minimumInterval: Duration = .zero,
    burst: Int = 1, breaker: CircuitBreaker.Settings? = nil, known: [String: HostState] = [:]
  ) {
    self.maximumPerHost = max(1, maximumPerHost)
    self.maximumInFlight = max(1, maximumInFlight)
    self.minimumInterval = minimumInterval
    self.burst = burst
    waiting = Array(names.indices)
    var indices: [String: Int] = [:]
    for name in names {
      let host = indices[name] ?? hosts.count
      if host == hosts.count {
        indices[name] = host
        let new = HostState(breaker: breaker.map(CircuitBreaker.init))
        hosts.append(Host(name: name, state: known[name] ?? new))
      }
      entries.append(Entry(host: host))
    }
  }

  var isEmpty: Bool { waiting.isEmpty && inFlight == 0 }

  /// The states of the hosts, for the next schedule.
  var hostStates: [String: HostState] {
    Dictionary(uniqueKeysWithValues: hosts.map { ($0.name, $0.state) })
  }

  func attempts(of index: Int) -> Int { entries[index].attempts }

  /// Returns true if the last attempt was a retry and not a probe of a circuit breaker.
  func isRetry(_ index: Int) -> Bool { entries[index].attempts > 1 && !entries[index].isProbe }

  /// Takes the next request that may start now, and counts it as in flight.
  mutating func next(at now: Duration) -> Int? {
    guard inFlight < maximumInFlight else { return nil }
    let mayGo = hosts.map { host in
      host.inFlight < maximumPerHost && host.state.readiness(minimumInterval: minimumInterval, burst: burst) <= now
        && host.state.breaker?.admission(at: now) ?? .go == .go
    }
    guard mayGo.contains(true),
      let position = waiting.firstIndex(where: { mayGo[entries[$0].host] && entries[$0].notBefore <= now })
    else { return nil }
    let index = waiting.remove(at: position)
    let host = entries[index].host
    entries[index].attempts += 1
    entries[index].isProbe = hosts[host].state.breaker?.begin() ?? false
    hosts[host].state.start(at: now, minimumInterval: minimumInterval)
    hosts[host].inFlight += 1
    inFlight += 1
    return index
  }

  /// Removes the requests that wait for a host whose circuit breaker refuses them.
  /// - Returns: the indices of the requests.
  mutating func refused(at now: Duration) -> [Int] {
    let isRefusing = hosts.map { host in
      if case .refuse = host.state.breaker?.admission(at: now) { true } else { false }
    }
    guard isRefusing.contains(true) else { return [] }
    let refused = waiting.filter { isRefusing[entries[$0].host] }
    waiting.removeAll { isRefusing[entries[$0].host] }
    return refused
  }

  /// Ends a request that will not be retried.
  mutating func finish(_ index: Int) {
    hosts[entries[index].host].inFlight -= 1
    inFlight -= 1
  }

  /// Ends a request that was not sent, or was dropped: it shows nothing about its host.
  mutating func abandon(_ index: Int, at now: Duration) {
    hosts[entries[index].host].state.breaker?.abandon(isProbe: entries[index].isProbe, at: now)
    finish(index)
  }

  /// Records the outcome of an attempt in the circuit breaker of its host.
  /// - Parameters:
  ///   - failed: nil if the outcome shows nothing about the host.
  ///   - cause: the failure in words.
  /// - Returns: the change of the circuit breaker, if it changed.
  mutating func record(_ index: Int, failed: Bool?, cause: String? = nil, at now: Duration) -> CircuitEvent? {
    let entry = entries[index]
    let name = hosts[entry.host].name
    var state = hosts[entry.host].state
    defer { hosts[entry.host].state = state }
    switch failed {
    case nil: state.breaker?.abandon(isProbe: entry.isProbe, at: now)
    case false?:
      state.firstFailure = nil
      if state.breaker?.succeed(isProbe: entry.isProbe) == true { return .closed(host: name) }
    case true?:
      state.firstFailure = state.firstFailure ?? cause
      guard state.breaker?.fail(isProbe: entry.isProbe, at: now) == true, let breaker = state.breaker else { break }
      return .opened(host: name, failures: breaker.failures, cooldown: breaker.cooldown)
    }
    return nil
  }

  /// Returns the reason why a request was refused, for its error.
  func refusalReason(of index: Int, at now: Duration) -> String {
    guard let breaker = hosts[entries[index].host].state.breaker, case .refuse(let until) = breaker.admission(at: now)
    else { return "not sent" }
    let wait = Int((until - now).inSeconds.rounded(.up))
    let first = hosts[entries[index].host].state.firstFailure.map { " (first: \($0))" } ?? ""
    return "not sent: its host failed \(breaker.failures) times in a row\(first) and is tried again in \(wait) s"
  }

  /// Delays every request to the host of a request.
  mutating func pauseHost(of index: Int, until moment: Duration) {
    let host = entries[index].host
    hosts[host].state.pausedUntil = max(hosts[host].state.pausedUntil, moment)
  }

  /// Puts a request back, to be retried.
  mutating func postpone(_ index: Int, until moment: Duration) {
    finish(index)
    entries[index].notBefore = moment
    waiting.append(index)
  }

  /// Returns the time until the first request may start that waits for Retry-After, the rate or a retry; nil if none
  /// does.
  func wait(at now: Duration) -> Duration? {
    let ready = hosts.map { $0.state.readiness(minimumInterval: minimumInterval, burst: burst) }
    return waiting.lazy.map { max(entries[$0].notBefore, ready[entries[$0].host]) - now }.filter { $0 > .zero }.min()
  }
}
