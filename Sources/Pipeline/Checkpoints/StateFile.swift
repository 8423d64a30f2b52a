import Contracts
import FoundationEssentials
import Time

/// The bytes of a state in an object or a file.
enum StateFile {
  /// - Parameters:
  ///   - address: for messages.
  ///   - place: decides whether a state of system 002 is read, too.
  /// - Throws: `StorageCorrupt` for bytes that are no state.
  static func read(
    _ data: Data, _ name: CheckpointName, at address: String, of place: StatePlace
  ) throws(PipelineError) -> CheckpointState {
    do { return try JSONDecoder().decode(CheckpointState.self, from: data) } catch {
      guard place.hasSeries, let former = formerState(data) else {
        throw PipelineError.corruptCheckpoint(name, in: address)
      }
      return former
    }
  }

  /// Reads a state of system 002, `{"SERIES": "2024-05-31T00:00:00"}`, whose times have no offset. The next load replaces it.
  private static func formerState(_ data: Data) -> CheckpointState? {
    guard let series = try? JSONDecoder().decode([String: String].self, from: data), !series.isEmpty,
      series.values.allSatisfy({ RFC3339.parse("\($0)Z") != nil })
    else { return nil }
    var state = CheckpointState()
    state.series = series
    return state
  }

  /// Returns one line of JSON. The same state always has the same bytes.
  /// - Throws: `SourceChanged` for one that could not be read again.
  static func data(_ state: CheckpointState) throws(PipelineError) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let data: Data
    do { data = try encoder.encode(state) + Data("\n".utf8) } catch {
      throw PipelineError(.invalidInput, "a state cannot be written as JSON: \(error)")
    }
    guard data.count <= CheckpointState.maximumBytes else {
      throw PipelineError(
        .sourceChanged,
        "the last times of \(state.series.count) series have \(data.count) bytes, and a state has at most "
          + "\(CheckpointState.maximumBytes): divide the dataset, or leave out `state`. The load itself is done")
    }
    return data
  }
}

/// The place of the states of a dataset: `state/DATASET/ITEM.json`, or what its definition says.
struct StatePlace: Equatable {
  /// The key or path that the definition gives; nil for the default.
  let path: String?
  /// True for a dataset of series: a state of system 002 has their last times. One with checkpoints would take it for none.
  var hasSeries = false

  /// Returns the key or the path of an item's state. Of several items each has its own below the given one.
  func path(of name: CheckpointName) -> String {
    guard let path else { return "state/\(name.dataset)/\(name.item).json" }
    guard !name.isOnlyItem else { return path }
    return "\(path.hasSuffix(".json") ? String(path.dropLast(5)) : path)/\(name.item).json"
  }
}
