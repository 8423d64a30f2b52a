import Foundation
import Time

/// A clock that shows the time in a file, for tests of the local stack: they set it, and schedules fire.
final class FileClock: TimeSource {
  private let path: String
  private var last: Date

  /// - Throws: `CommandError` if the file has no time.
  init(_ path: String) throws {
    self.path = path
    guard let time = Self.read(path) else {
      throw CommandError("--clock \(path) is not a file with a time like 2024-05-31T15:00:00Z")
    }
    last = time
  }

  /// The time in the file, or the last one where it is being written.
  var now: Date {
    last = Self.read(path) ?? last
    return last
  }

  var uptime: Duration { SystemTime().uptime }

  func sleep(for duration: Duration) { SystemTime().sleep(for: duration) }

  private static func read(_ path: String) -> Date? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    return RFC3339.parse(text.trimmingCharacters(in: .whitespacesAndNewlines))?.date
  }
}
