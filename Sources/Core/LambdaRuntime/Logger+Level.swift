extension Logger {
  /// Levels in rising order of severity. The raw value is the name in the log.
  public enum Level: String, CaseIterable, Comparable, Sendable {
    case trace = "TRACE"
    case debug = "DEBUG"
    case info = "INFO"
    case warn = "WARN"
    case error = "ERROR"
    case fatal = "FATAL"

    /// Reads a level's name in any case, also `WARNING` and `CRITICAL`; nil for other texts.
    init?(name: String) {
      switch name.uppercased() {
      case "WARNING": self = .warn
      case "CRITICAL": self = .fatal
      case let name: self.init(rawValue: name)
      }
    }

    public static func < (left: Level, right: Level) -> Bool {
      (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
  }
}
