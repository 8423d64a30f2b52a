import Advice

extension RunRemedy {
  init(_ failure: RunFailure) { self.init(error: failure.name, message: failure.message) }

  /// Returns the step for a run.
  /// - Parameters:
  ///   - run: the run's name.
  ///   - option: the option of its dataset, as `Dataset.option` has it.
  ///   - call: the program as the person's shell finds it.
  func step(for run: String, _ option: String, call: String = NextStep.call()) -> NextStep {
    let steps = commands(for: run, option).map { NextStep($0, call: call) }
    return steps.dropFirst().reduce(steps[0]) { $0.then($1) }
  }
}
