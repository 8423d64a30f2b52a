import Foundation
import Time

/// Samples of a quantity, and their presentation.
struct Measurement {
  /// The description of the quantity.
  let name: String
  /// `ms`, `MB`, `/s`, …
  let unit: String
  let samples: [Double]
  /// The required value in the same unit: a maximum or a minimum.
  var target: Target?

  enum Target {
    case atMost(Double)
    case atLeast(Double)
  }

  var median: Double { quantile(0.5) }

  /// Returns the quantile for a share from 0 to 1.
  func quantile(_ share: Double) -> Double {
    guard !samples.isEmpty else { return .nan }
    let sorted = samples.sorted()
    return sorted[min(sorted.count - 1, Int((Double(sorted.count) * share).rounded(.down)))]
  }

  /// `name   median unit   (10 % … 90 %, n)   target   met or missed`.
  var row: String {
    var columns = [
      name.padding(toLength: 58, withPad: " ", startingAt: 0), right("\(shown(median)) \(unit)", 14),
      right("\(shown(quantile(0.1))) … \(shown(quantile(0.9)))", 20), right("n=\(samples.count)", 6),
    ]
    switch target {
    case .atMost(let limit): columns.append("< \(shown(limit)) \(median < limit ? "met" : "MISSED")")
    case .atLeast(let limit): columns.append("> \(shown(limit)) \(median > limit ? "met" : "MISSED")")
    case nil: break
    }
    return columns.joined(separator: "  ")
  }

  private func shown(_ value: Double) -> String {
    value >= 1000 ? String(Int(value.rounded())) : String(format: value >= 100 ? "%.0f" : "%.2f", value)
  }

  private func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}

/// Runs work `count` times after `warmUp` unmeasured times.
/// - Returns: the milliseconds of each run.
func milliseconds(count: Int, warmUp: Int = 1, _ work: (Int) throws -> Void) rethrows -> [Double] {
  let time = SystemTime()
  var samples: [Double] = []
  for index in -warmUp..<count {
    let start = time.uptime
    try work(index)
    if index >= 0 { samples.append((time.uptime - start).inSeconds * 1000) }
  }
  return samples
}
