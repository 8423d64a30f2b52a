import Foundation

/// The repository's own files, for tests of its rules.
public enum SourceFiles {
  /// The repository's root.
  public static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// A file: its path relative to the root, and its text.
  public struct File: Sendable {
    public let path: String
    public let text: String
  }

  /// Returns every Swift file below a folder, sorted by path.
  public static func swift(below folder: String) throws -> [File] {
    try files(below: folder) { $0.hasSuffix(".swift") }
  }

  /// Returns the files below a folder whose path passes the test, sorted by path.
  public static func files(below folder: String, where isWanted: (String) -> Bool) throws -> [File] {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path)
    return try paths.sorted().map { "\(folder)/\($0)" }.filter(isWanted).map {
      File(path: $0, text: try String(contentsOf: root.appending(path: $0), encoding: .utf8))
    }
  }

  /// Returns the names of the folders in a folder.
  public static func folders(in folder: String) throws -> Set<String> {
    let content = try FileManager.default.contentsOfDirectory(
      at: root.appending(path: folder), includingPropertiesForKeys: [.isDirectoryKey])
    return Set(
      try content.filter { try $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true }
        .map(\.lastPathComponent))
  }

  /// Returns the text of one file.
  public static func text(of path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }
}
