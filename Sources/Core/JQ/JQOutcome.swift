import JSON

/// The result of a filter for one input.
public struct JQOutcome: Equatable, Sendable {
  /// The outputs, in order; up to the problem, if there is one.
  public var outputs: [JSONValue]
  /// The problem that ended the filter, in jq's words; nil if it came to its end.
  public var problem: String?
  /// True if the filter was stopped because it took too long, or needed too much memory.
  public var isStopped: Bool

  public init(_ outputs: [JSONValue] = [], problem: String? = nil, isStopped: Bool = false) {
    self.outputs = outputs
    self.problem = problem
    self.isStopped = isStopped
  }
}

/// The bounds of a filter's run on one input.
public struct JQLimits: Sendable {
  /// Processor time. The filter is stopped at the next step of the interpreter; a built-in function in C, such as a regular
  /// expression (which has its own bound of some tenths of a second), is not interrupted.
  public var duration: Duration
  public var outputs: Int
  /// Bytes by which the process may grow. It is looked at every 20 ms, and can be exceeded by what is requested meanwhile.
  public var memory: Int
  /// Bytes of the input's texts and numbers.
  public var input: Int

  public init(
    duration: Duration = .seconds(2), outputs: Int = 100_000, memory: Int = 128 << 20, input: Int = 64 << 20
  ) {
    self.duration = duration
    self.outputs = outputs
    self.memory = memory
    self.input = input
  }
}

/// A problem of one input or output.
struct JQProblem: Error {
  let text: String

  init(_ text: String) { self.text = text }
}
