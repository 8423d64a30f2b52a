import APIRouting
import Synchronization

/// Takes the router's log entries to the invocation that has the log. A function handles one request at a time.
final class AccessEntries: Sendable {
  private let state = Mutex<(id: String, entries: [APILogEntry])>(("", []))

  var requestID: String { state.withLock { $0.id } }

  func begin(_ id: String) { state.withLock { $0 = (id, []) } }

  func add(_ entry: APILogEntry) { state.withLock { $0.entries.append(entry) } }

  func take() -> [APILogEntry] { state.withLock { $0.entries } }
}
