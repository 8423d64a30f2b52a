import Advice

extension RunRemedy {
  init(_ failure: RunFailure) { self.init(error: failure.name, message: failure.message) }

  /// Returns the step for a run.
  /// - Parameters:
  ///   - run: the run's name.
  ///   - option: the option of its dataset, as `Dataset.option` has it.
  func step(for run: String, _ option: String) -> NextStep {
    let steps = commands(for: run, option).map { NextStep($0) }
    return steps.dropFirst().reduce(steps[0]) { $0.then($1) }
  }
}
