/// Which of many requests may go next: within the caps, and not before its time. Pure: it is told the time.
struct RequestSchedule {
  private struct Entry {
    let host: String
    var attempts = 0
    var notBefore = Duration.zero
  }

  private let perHost: Int
  private let inFlight: Int
  private var entries: [Entry]
  /// Indices of requests that wait, in the order in which they will be asked for.
  private var waiting: [Int]
  private var underWay: [String: Int] = [:]
  private var total = 0
  /// Hosts that asked to be left alone, and until when.
  private(set) var paused: [String: Duration]

  init(hosts: [String], perHost: Int, inFlight: Int, paused: [String: Duration] = [:]) {
    self.paused = paused
    self.perHost = max(1, perHost)
    self.inFlight = max(1, inFlight)
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
    }
    guard let position else { return nil }
    let index = waiting.remove(at: position)
    entries[index].attempts += 1
    underWay[entries[index].host, default: 0] += 1
    total += 1
    return index
  }

  /// The request has ended for good.
  mutating func finish(_ index: Int) {
    underWay[entries[index].host, default: 0] -= 1
    total -= 1
  }

  /// Holds back every request to the request's host.
  mutating func pauseHost(of index: Int, until moment: Duration) {
    paused[entries[index].host] = max(paused[entries[index].host] ?? .zero, moment)
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
    max(entry.notBefore, paused[entry.host] ?? .zero)
  }
}
