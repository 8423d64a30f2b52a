/// The largest file that is read, and why.
struct FileSizeLimit: Equatable, Sendable {
  /// Bytes, unless the definition's `max_bytes` allows more.
  static let standard = 16 << 20
  /// Bytes that an archive's record, and so a replay, can hold.
  static let largest = 60 << 20
  /// A file, its archive and its records take this many times its size.
  private static let memoryFactor = 16

  let bytes: Int
  /// The function's memory in MB, if that is what limits the size.
  let memory: Int?

  /// - Parameters:
  ///   - maximum: the definition's `max_bytes`.
  ///   - environment: the source of `AWS_LAMBDA_FUNCTION_MEMORY_SIZE`, in MB.
  init(maximum: Int?, environment: [String: String]) {
    let wanted = min(maximum ?? Self.standard, Self.largest)
    let memory = environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"].flatMap { Int($0) } ?? 0
    let fits = memory > 0 ? (memory << 20) / Self.memoryFactor : wanted
    bytes = min(wanted, fits)
    self.memory = fits < wanted ? memory : nil
  }

  /// The refusal of a file, which names both numbers.
  func refusal(of size: Int?) -> String {
    let size = size.map { "it has \($0) bytes, more" } ?? "it has more"
    if let memory {
      return
        "\(size) than the \(bytes) that a function with \(memory) MB of memory reads: give the function more memory, or "
        + "divide the file"
    }
    let advice =
      bytes < Self.largest ? "raise extract.max_bytes (at most \(Self.largest)), or divide the file" : "divide it"
    return "\(size) than the \(bytes) that are read: \(advice)"
  }
}
