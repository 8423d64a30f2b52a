import APIRouting

/// The part that one connection's response has of the bytes that the server holds for its clients. So clients that take
/// theirs slowly do not add up to more than the machine has.
final class HeldResponse {
  private let budget: Slots
  private let limits: ServerLimits
  private var bytes = 0

  /// - Parameter budget: `limits.responseBytes` bytes.
  init(_ budget: Slots, _ limits: ServerLimits) { (self.budget, self.limits) = (budget, limits) }

  deinit { if bytes > 0 { budget.give(bytes) } }

  /// Takes the bytes of a body as it will be sent; of one that is larger than all, all.
  /// - Throws: status 503 if too many are held already.
  func take(_ count: Int) throws(APIProblem) {
    guard count > APIResponse.small else { return }
    let wanted = min(count, limits.responseBytes)
    guard budget.take(wanted, within: limits.budgetTime) else { throw .busy }
    bytes = wanted
  }

  /// Gives back what a rest of this size does not need.
  func shrink(to count: Int) {
    let left = count > APIResponse.small ? min(bytes, count) : 0
    guard left < bytes else { return }
    budget.give(bytes - left)
    bytes = left
  }
}
