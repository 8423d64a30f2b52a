import Foundation

/// Material that lies in a folder `shared` beside the repository, and not in it.
public enum SharedFiles {
  /// A file or folder of it, nil where there is none. A worktree finds it beside the repository that it belongs to.
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
