import APIRouting

/// The part that one connection's answer has of the bytes that the server holds for its clients. So clients who take
/// theirs slowly do not add up to more than the machine has.
final class HeldAnswer {
  /// An answer under this many bytes is never held up: 64 of them are 16 MB.
  static let small = 256 << 10

  private let budget: Slots
  private let limits: ServerLimits
  private var bytes = 0

  /// - Parameter budget: `limits.answers` bytes.
  init(_ budget: Slots, _ limits: ServerLimits) { (self.budget, self.limits) = (budget, limits) }

  deinit { if bytes > 0 { budget.give(bytes) } }

  /// Takes the bytes of an answer, before it is compressed; of one that is larger than all, all.
  /// - Throws: status 503 if too many are held already.
  func take(_ count: Int) throws(APIProblem) {
    guard count >= Self.small else { return }
    let wanted = min(count, limits.answers)
    guard budget.take(wanted, within: limits.budgetTime) else {
      throw APIProblem(
        503, "Too many large answers are on their way; try again, or ask for fewer records at a time",
        headers: ["retry-after": "5"])
    }
    bytes = wanted
  }

  /// Gives back what a body of this size does not need.
  func shrink(to count: Int) {
    let left = count < Self.small ? 0 : min(bytes, count)
    guard left < bytes else { return }
    budget.give(bytes - left)
    bytes = left
  }
}
