import Foundation

/// The extent of the robustness tests. By default each kind of input is tested with about a tenth of the full amount, so
/// that `make unit` stays fast. `make fuzz` sets `FULL_ROBUSTNESS=1`.
public enum Robustness {
  /// True if the tests use the full amounts.
  public static let isFull = ProcessInfo.processInfo.environment["FULL_ROBUSTNESS"] == "1"

  /// Returns `full`, or the tenth of it that runs by default.
  public static func amount(_ full: Int) -> Int { isFull ? full : full / 10 }
}
