import Time

extension Retrier {
  /// `run` for work that throws this module's errors alone.
  func runTyped<Value>(
    until deadline: Deadline, decision: (AWSError) -> RetryDecision, _ work: (_ attempt: Int) throws(AWSError) -> Value
  ) throws(AWSError) -> Value {
    do {
      return try run(until: deadline, decision: { ($0 as? AWSError).map(decision) ?? .giveUp }, work)
    } catch let error as AWSError {
      throw error
    } catch {
      // Not reached: the work throws nothing else.
      throw AWSError(.unavailable, "calling AWS", "\(error)")
    }
  }
}
