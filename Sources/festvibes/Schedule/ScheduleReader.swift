import Contracts
import Datasets
import Foundation

/// The schedules of the definitions on disk. A definition is read again when its file has changed.
final class ScheduleReader {
  /// A file as it was read: a changed one differs in one of these.
  private struct Stamp: Equatable {
    var inode = UInt64(0)
    var size = 0
    var seconds = 0
    var nanoseconds = 0

    /// - Returns: nil if there is no such file.
    init?(_ path: String) {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      inode = UInt64(status.st_ino)
      size = Int(status.st_size)
      (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    }
  }

  private let catalog: DatasetCatalog
  /// The ids of the only datasets that are looked at; empty for all.
  private let chosen: Set<String>
  private var stamps: [String: Stamp]?
  private var schedules: [String: [DatasetSchedule]] = [:]
  private var folderProblem: String?

  init(_ catalog: DatasetCatalog, only chosen: [String]) {
    self.catalog = catalog
    self.chosen = Set(chosen)
  }

  /// Looks for changes. A dataset whose definition has a problem keeps the schedules that it had.
  /// - Returns: nil if nothing has changed; else all schedules, by their datasets' ids, and the problems that are new.
  func changes() -> (schedules: [DatasetSchedule], problems: [String])? {
    var found: [String: Stamp] = [:]
    do {
      for id in try catalog.ids() where chosen.isEmpty || chosen.contains(id) {
        found[id] = Stamp(catalog.folder.file(of: id))
      }
    } catch {
      // Perhaps it is replaced at this moment.
      defer { folderProblem = error.message }
      guard folderProblem != error.message else { return nil }
      return (all, [error.message])
    }
    folderProblem = nil
    guard found != stamps else { return nil }
    var problems: [String] = []
    for id in found.keys.sorted() where found[id] != stamps?[id] {
      switch DatasetSchedules.read(id, in: catalog) {
      case .success(let read): schedules[id] = read
      case .failure(let error):
        let rest = schedules[id] == nil ? "it has no schedule until then" : "its former schedule counts until then"
        problems.append("\(id): its definition has to be corrected, \(rest): \(error.message)")
      }
    }
    schedules = schedules.filter { found[$0.key] != nil }
    stamps = found
    return (all, problems)
  }

  private var all: [DatasetSchedule] { schedules.sorted { $0.key < $1.key }.flatMap(\.value) }
}
