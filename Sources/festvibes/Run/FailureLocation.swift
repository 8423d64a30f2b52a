import Contracts

/// The place in the state machine where an item failed.
enum FailureLocation: Equatable {
  case stage(Stage)
  /// A state that belongs to no stage, by its name.
  case state(String)

  init(state: String) { self = Stage(state: state).map(FailureLocation.stage) ?? .state(state) }

  var name: String {
    switch self {
    case .stage(let stage): stage.rawValue
    case .state(let name): name
    }
  }

  /// The number of completed stages.
  var stagesDone: Int {
    switch self {
    case .stage(let stage): stage.index
    // Of an item's states, only those after the last stage belong to none.
    case .state: Stage.allCases.count
    }
  }
}
