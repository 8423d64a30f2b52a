import Text
import Time

/// The address of a database with what a reader's connection sets when it opens.
enum ReadOnlyURL {
  /// Adds the settings to those that the address has in `options`.
  static func text(_ url: String, statementTimeout: Duration) -> String {
    let settings =
      "-c default_transaction_read_only=on -c statement_timeout=\(max(1, statementTimeout.inMilliseconds)) "
      + "-c TimeZone=UTC -c plan_cache_mode=force_custom_plan"
    let encoded = PercentEncoding.encode(settings)
    let sides = url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    var parameters = sides.count > 1 ? sides[1].split(separator: "&").map { String($0) } : []
    if let place = parameters.firstIndex(where: { $0.hasPrefix("options=") }) {
      parameters[place] += "%20" + encoded
    } else {
      parameters.append("options=" + encoded)
    }
    return sides[0] + "?" + parameters.joined(separator: "&")
  }
}
