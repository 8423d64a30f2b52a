/// The bytes of a body that may be in memory at once: one row, one element, or what has to be read as a whole. A body and
/// its records take many times their size.
public struct BodyLimit: Equatable, Sendable {
  /// Bytes, unless the function has little memory.
  public static let standard = 16 << 20
  /// A body and its records take this many times its size.
  private static let memoryFactor = 16

  public let bytes: Int
  /// The function's memory in MB, if that is what limits the bytes.
  public let memory: Int?

  /// - Parameter environment: the source of `AWS_LAMBDA_FUNCTION_MEMORY_SIZE`, in MB.
  public init(environment: [String: String] = [:]) {
    let memory = environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"].flatMap { Int($0) } ?? 0
    let fits = memory > 0 ? (memory << 20) / Self.memoryFactor : Self.standard
    bytes = min(fits, Self.standard)
    self.memory = fits < Self.standard ? memory : nil
  }

  /// - Parameter bytes: the limit for tests, and for programs with memory of their own.
  public init(bytes: Int) {
    self.bytes = bytes
    memory = nil
  }

  /// The end of a sentence about something that is too large: both numbers, and what limits it.
  public func refusal(of size: Int) -> String {
    "has more than \(size) bytes, and at most \(bytes) are in memory at once"
      + (memory.map { ", a sixteenth of the function's \($0) MB" } ?? "")
  }
}
