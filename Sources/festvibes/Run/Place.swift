/// Where in the state machine a date failed.
enum Place: Equatable {
  case stage(Stage)
  /// A state that belongs to no stage, by its name.
  case state(String)

  init(state: String) { self = Stage(state: state).map(Place.stage) ?? .state(state) }

  var name: String {
    switch self {
    case .stage(let stage): stage.name
    case .state(let name): name
    }
  }

  /// How many stages were over.
  var stagesDone: Int {
    switch self {
    case .stage(let stage): stage.rawValue
    // Of a date's states only those after the last stage belong to none.
    case .state: Stage.allCases.count
    }
  }
}
