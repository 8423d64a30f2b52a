/// The largest file that is read. It is read in segments, so that no function's memory limits it.
struct FileSizeLimit: Equatable, Sendable {
  /// Bytes, unless the definition's `max_bytes` says otherwise.
  static let standard = 100 << 20
  /// Bytes that the scraper and the loader finish in the time that they have.
  static let largest = 512 << 20

  let bytes: Int

  /// - Parameter maximum: the definition's `max_bytes`.
  init(maximum: Int?) { bytes = min(maximum ?? Self.standard, Self.largest) }

  /// The refusal of a file, which names both numbers.
  func refusal(of size: Int?) -> String {
    let size = size.map { "it has \($0) bytes, more" } ?? "it has more"
    let advice =
      bytes < Self.largest ? "raise extract.max_bytes (at most \(Self.largest)), or divide the file" : "divide it"
    return "\(size) than the \(bytes) that are read: \(advice)"
  }
}
