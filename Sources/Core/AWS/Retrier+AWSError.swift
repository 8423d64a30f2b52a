import Time

extension Retrier {
  /// Runs work that throws only `AWSError`. See `run`.
  func runTyped<Value>(
    deadline: Deadline, decision: (AWSError) -> RetryDecision, _ work: (_ attempt: Int) throws(AWSError) -> Value
  ) throws(AWSError) -> Value {
    do {
      return try run(deadline: deadline, decision: { ($0 as? AWSError).map(decision) ?? .giveUp }, work)
    } catch let error as AWSError {
      throw error
    } catch {
      // Unreachable: the work throws only AWSError.
      throw AWSError(.unavailable, "calling AWS", "\(error)")
    }
  }
}
