import CJQ
import JSON

/// The jq filters of a dataset, compiled as one program when the first of them runs. libjq is opened then, and not before.
/// Used by one thread at a time.
public final class JQFilters {
  private let limits: JQLimits
  private var sources: [JQSource] = []
  private var program: JQProgram?
  /// The same filters for inputs with marked numbers; nil until one comes, since few sources have any.
  private var markingProgram: JQProgram?

  public init(limits: JQLimits = JQLimits()) { self.limits = limits }

  deinit {
    // Values are freed on a worker's stack.
    guard program != nil else { return }
    try? JQWorker.run { (program, markingProgram) = (nil, nil) }
  }

  /// Checks a filter without libjq: its brackets and the names that it uses.
  /// - Returns: a sentence with the line; nil if there is no problem.
  public static func problem(of filter: String) -> String? {
    JQRules.problem(of: filter).map { "line \($0.line) of the filter: \($0.text)" }
  }

  /// Adds a filter.
  /// - Parameter place: the file, line and key of the filter, for messages.
  /// - Throws: `JQError` for a filter that uses what filters may not use.
  public func add(_ filter: String, at place: String) throws(JQError) -> JQFilter {
    if let (line, text) = JQRules.problem(of: filter) { throw JQError(text, at: place, line: line) }
    sources.append(JQSource(filter: filter, place: place))
    (program, markingProgram) = (nil, nil)
    return JQFilter(filters: self, index: sources.count - 1)
  }

  /// Compiles the filters that were added, unless that was done: some 60 ms.
  /// - Throws: `JQError` with all that libjq has to say, or if it is missing.
  public func compile() throws(JQError) {
    guard program == nil, !sources.isEmpty else { return }
    let library = try JQLibrary.shared.get()
    try JQUserFile.check()
    var result: Result<JQProgram, JQError>?
    let sources = sources
    try JQWorker.run {
      result = Result { () throws(JQError) in try JQProgram(library, filters: sources, marks: false) }
    }
    program = try result?.get()
  }

  func outcomes(of index: Int, on inputs: [JSONValue]) throws(JQError) -> [JQOutcome] {
    try compile()
    guard let program, !inputs.isEmpty else { return [] }
    let watch = JQWatch(limits)
    var outcomes: [JQOutcome] = []
    var stopped = 0
    var failure: JQError?
    try JQWorker.run(watch) {
      do throws(JQError) {
        for input in inputs where stopped < JQFilter.maximumStops {
          outcomes.append(try outcome(of: index, on: input, program, watch))
          if outcomes.last?.isStopped == true { stopped += 1 }
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    guard stopped < JQFilter.maximumStops || outcomes.count == inputs.count else {
      throw JQError("\(stopped) records were given up: \(outcomes.last?.problem ?? "")", at: sources[index].place)
    }
    return outcomes
  }

  private func outcome(
    of index: Int, on input: JSONValue, _ program: JQProgram, _ watch: JQWatch
  ) throws(JQError) -> JQOutcome {
    let library = try JQLibrary.shared.get()
    var coder = JQCoder(library, input: limits.input)
    let value: jv
    do throws(JQProblem) {
      value = try coder.encode(input)
    } catch {
      return JQOutcome(problem: error.text)
    }
    guard coder.hasMarks else { return program.run(index, on: value, coder, watch) }
    if markingProgram == nil {
      do throws(JQError) {
        markingProgram = try JQProgram(library, filters: sources, marks: true)
      } catch {
        library.free(value)
        throw error
      }
    }
    return (markingProgram ?? program).run(index, on: value, coder, watch)
  }
}

/// One filter of a program.
public struct JQFilter {
  /// Inputs of one call that may be stopped. With more the filter is broken, and waiting for each would take hours.
  static let maximumStops = 3

  private let filters: JQFilters
  private let index: Int

  init(filters: JQFilters, index: Int) {
    self.filters = filters
    self.index = index
  }

  /// Runs the filter on each input.
  /// - Returns: an outcome for each input.
  /// - Throws: `JQError` if the filters cannot be compiled, if libjq is missing, or if the filter had to be stopped on
  ///   three inputs.
  public func outcomes(of inputs: [JSONValue]) throws(JQError) -> [JQOutcome] {
    try filters.outcomes(of: index, on: inputs)
  }

  /// Runs the filter on one input.
  /// - Throws: as `outcomes`.
  public func outcome(of input: JSONValue) throws(JQError) -> JQOutcome { try outcomes(of: [input])[0] }
}
