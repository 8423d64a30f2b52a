extension [RunFailure] {
  /// One with the error of most items, which is seen to first; nil if there is none.
  var mostCommon: RunFailure? {
    let counts = Dictionary(grouping: self, by: \.name).mapValues(\.count)
    return self.max { counts[$0.name, default: 0] < counts[$1.name, default: 0] }
  }
}

/// The items of a run that failed for one reason.
struct FailureGroup: Equatable {
  /// The failure of the first of them that names the original cause.
  var failure: RunFailure
  var items: [String]

  /// Groups failures by their kind, in the order in which the kinds appear.
  static func groups(of failures: [(item: String, failure: RunFailure)]) -> [FailureGroup] {
    var places: [RunFailure: Int] = [:]
    var groups: [FailureGroup] = []
    for (item, failure) in failures {
      if let place = places[failure.kind] {
        groups[place].items.append(item)
        if groups[place].failure.isOfOpenCircuit, !failure.isOfOpenCircuit { groups[place].failure = failure }
      } else {
        places[failure.kind] = groups.count
        groups.append(FailureGroup(failure: failure, items: [item]))
      }
    }
    return groups
  }
}
