import Foundation

/// The files of the repository that these tests read.
struct Repository: Sendable {
  /// Folders that hold no source: of git, of builds, of the local stacks, of tools.
  private static let skipped: Set<String> = [".git", ".build", ".local", ".swiftpm", ".terraform", "__pycache__"]

  let root: URL
  /// Paths of all files, relative to the root.
  let files: Set<String>
  /// Paths of all folders, relative to the root, without a slash at the end.
  let folders: Set<String>
  /// The files' texts in a repository that is not on disk.
  private let texts: [String: String]?

  /// The repository that this file is in.
  static let current = Repository(
    at: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent())

  init(at root: URL) {
    self.root = root.standardizedFileURL
    var files: Set<String> = []
    var folders: Set<String> = []
    var waiting = [""]
    while let folder = waiting.popLast() {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)) ?? []
      for name in names where !Self.skipped.contains(name) {
        let path = folder.isEmpty ? name : "\(folder)/\(name)"
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: root.appending(path: path).path, isDirectory: &isFolder) else {
          continue
        }
        if isFolder.boolValue {
          folders.insert(path)
          waiting.append(path)
        } else {
          files.insert(path)
        }
      }
    }
    self.files = files
    self.folders = folders
    texts = nil
  }

  /// A repository that is not on disk, for tests of the checks.
  /// - Parameter texts: the files' texts, by path.
  init(texts: [String: String], folders: Set<String>) {
    root = URL(filePath: "/")
    files = Set(texts.keys)
    self.folders = folders
    self.texts = texts
  }

  func contains(_ path: String) -> Bool { files.contains(path) || folders.contains(path) }

  /// Returns a file's text; an empty text if it cannot be read.
  func text(of path: String) -> String {
    if let texts { return texts[path] ?? "" }
    return (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
  }

  /// All Markdown files, by path.
  func markdownFiles() -> [MarkdownFile] {
    files.filter { $0.hasSuffix(".md") }.sorted().map { MarkdownFile(path: $0, text: text(of: $0)) }
  }
}
