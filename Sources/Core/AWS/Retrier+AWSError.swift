import Time

extension Retrier {
  /// `run` for work that throws this module's errors alone.
  func runTyped<Value>(
    until deadline: Deadline, advice: (AWSError) -> RetryAdvice, _ work: (_ attempt: Int) throws(AWSError) -> Value
  ) throws(AWSError) -> Value {
    do {
      return try run(until: deadline, advice: { ($0 as? AWSError).map(advice) ?? .giveUp }, work)
    } catch let error as AWSError {
      throw error
    } catch {
      // Not reached: the work throws nothing else.
      throw AWSError(.unavailable, "calling AWS", "\(error)")
    }
  }
}
