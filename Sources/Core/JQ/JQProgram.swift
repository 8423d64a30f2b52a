import CJQ
import JSON

/// A compiled program of all filters: `[index, input]` goes in, the outputs of that filter come out. Used by one thread at
/// a time, a worker with a large stack.
final class JQProgram {
  private let library: JQLibrary
  private var state: JQLibrary.State?
  private var messages: [String] = []

  /// Initializes the interpreter and compiles the filters, which takes some 60 ms however many they are: most of it is for
  /// jq's built-in functions.
  /// - Parameter marks: true for a program that takes marked numbers.
  init(_ library: JQLibrary, filters: [JQSource], marks: Bool) throws(JQError) {
    self.library = library
    guard let state = library.initialize() else {
      throw JQError("libjq has no memory for an interpreter", isOfMachine: true)
    }
    self.state = state
    library.setErrorHandler(state, Self.handleMessage, Unmanaged.passUnretained(self).toOpaque())
    let program = JQProgramText(filters, marks: marks)
    guard library.compile(state, program.text) == 0 else { return }
    throw program.error(messages)
  }

  deinit { library.tearDown(&state) }

  private static let handleMessage: JQLibrary.MessageHandler = { program, message in
    guard let program, case .success(let library) = JQLibrary.shared else { return }
    let object = Unmanaged<JQProgram>.fromOpaque(program).takeUnretainedValue()
    defer { library.free(message) }
    guard library.kind(message) == JV_KIND_STRING else { return }
    object.messages.append(JQCoder(library, input: 0).text(borrowed: message))
  }

  /// Runs a filter on an input, within the watch's limits.
  /// - Parameters:
  ///   - value: the input, which is consumed.
  ///   - coder: what has encoded it.
  func run(_ index: Int, on value: jv, _ coder: JQCoder, _ watch: JQWatch) -> JQOutcome {
    guard let state else {
      library.free(value)
      return JQOutcome()
    }
    var outcome = JQOutcome()
    do throws(JQProblem) {
      let pair = library.arrayAppend(library.arrayAppend(library.array(2), library.number(Double(index))), value)
      library.start(state, pair, 0)
      watch.begin { [library] in library.halt(state, library.invalid(), library.invalid()) }
      defer {
        if let reason = watch.end() { outcome = JQOutcome(problem: reason, isStopped: true) }
        // Frees what the filter left on the interpreter's stack.
        library.start(state, library.null(), 0)
      }
      while let output = try next(state) {
        guard outcome.outputs.count < watch.limits.outputs else {
          library.free(output)
          throw JQProblem("it has more than \(watch.limits.outputs) outputs")
        }
        outcome.outputs.append(try coder.decode(output))
        if watch.isHalted { break }
      }
    } catch {
      outcome.problem = error.text
    }
    return outcome
  }

  /// - Returns: the next output, which the caller must free; nil at the end.
  /// - Throws: the error that ended the filter.
  private func next(_ state: JQLibrary.State) throws(JQProblem) -> jv? {
    let output = library.next(state)
    guard library.kind(output) == JV_KIND_INVALID else { return output }
    guard library.invalidHasMessage(library.copy(output)) != 0 else {
      library.free(output)
      return nil
    }
    var message = library.invalidMessage(output)
    // `error({…})`
    if library.kind(message) != JV_KIND_STRING { message = library.dump(message, 0) }
    defer { library.free(message) }
    throw JQProblem(JQMarks.removed(from: JQCoder(library, input: 0).text(borrowed: message)))
  }
}
