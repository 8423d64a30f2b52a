import Foundation

/// Files in a folder `shared` beside the repository, which are not part of it.
public enum SharedFiles {
  /// Returns a file or folder in it; nil if there is none. A worktree uses the folder beside its main repository.
  public static func find(_ path: String, from file: String = #filePath) -> URL? {
    var parent = URL(filePath: file)
    while parent.pathComponents.count > 1 {
      parent.deleteLastPathComponent()
      let found = parent.appending(path: "shared").appending(path: path)
      if FileManager.default.fileExists(atPath: found.path) { return found }
    }
    return nil
  }
}
