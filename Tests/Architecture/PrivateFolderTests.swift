import Foundation
import TestSupport
import Testing

/// `.local` and the other folders of stacks have passwords, data and logs. As root, other accounts may pass through them,
/// because Postgres runs as one; they may not list them.
@Suite("The folder of a stack")
struct PrivateFolderTests {
  private let mode = geteuid() == 0 ? 0o711 : 0o700
  private let files = FileManager.default

  @Test("is closed to other accounts, also if it existed with wider rights", arguments: [nil, 0o755, 0o777])
  func home(before: Int?) throws {
    let home = files.temporaryDirectory.appending(path: "home-\(UUID().uuidString)")
    defer { try? files.removeItem(at: home) }
    if let before { try make(home, before) }
    let code = """
      import sys
      sys.dont_write_bytecode = True
      sys.path.insert(0, sys.argv[1])
      from services.home import Home
      Home(sys.argv[2]).secret("test")
      """
    let process = try ChildProcess(
      "/usr/bin/python3", ["-c", code, SourceFiles.root.appending(path: "statemachine/local").path, home.path],
      environment: ["PATH": "/usr/bin:/bin"])
    #expect(process.wait() == 0)
    #expect(try permissions(home) == mode)
    #expect(try permissions(home.appending(path: "stack.json")) == 0o600)
  }

  @Test("is closed by every target of make, before it writes there")
  func make() throws {
    let copy = files.temporaryDirectory.appending(path: "make-\(UUID().uuidString)")
    defer { try? files.removeItem(at: copy) }
    for path in ["Makefile", "terraform/functions.yaml", "statemachine/local/private"] {
      let target = copy.appending(path: path)
      try files.createDirectory(at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
      try? files.copyItem(at: SourceFiles.root.appending(path: path), to: target)
    }
    try make(copy.appending(path: ".local"), 0o755)
    let process = try ChildProcess(
      "/usr/bin/make", ["--directory", copy.path, "help"], environment: ["PATH": "/usr/bin:/bin"])
    #expect(process.wait() == 0)
    #expect(try permissions(copy.appending(path: ".local")) == mode)
  }

  @Test("is left alone if all accounts share it, as they do /tmp")
  func shared() throws {
    let home = files.temporaryDirectory.appending(path: "home-\(UUID().uuidString)")
    defer { try? files.removeItem(at: home) }
    try make(home, 0o1777)
    let process = try ChildProcess(
      SourceFiles.root.appending(path: "statemachine/local/private").path, [home.path],
      environment: ["PATH": "/usr/bin:/bin"])
    #expect(process.wait() == 0)
    #expect(try permissions(home) == 0o1777)
  }

  private func make(_ folder: URL, _ permissions: Int) throws {
    try files.createDirectory(at: folder, withIntermediateDirectories: true)
    #expect(chmod(folder.path, mode_t(permissions)) == 0)  // unlike setAttributes, not limited by the umask
  }

  private func permissions(_ file: URL) throws -> Int {
    var status = stat()
    #expect(stat(file.path, &status) == 0)
    return Int(status.st_mode & 0o7777)
  }
}
