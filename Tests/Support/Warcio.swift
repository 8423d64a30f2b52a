import Foundation

/// Runs warcio in the Python environment that `statemachine/local/install` creates.
public enum Warcio {
  private static let venv = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: ".local/venv")
  private static let python = venv.appending(path: "bin/python").path

  public static var isInstalled: Bool { (try? start(["-c", "import warcio"], output: "/dev/null").wait()) == 0 }

  private static func start(_ arguments: [String], output: String) throws -> ChildProcess {
    try ChildProcess(python, arguments, environment: ["PYTHONUTF8": "1"], output: output)
  }

  /// Runs Python. The argument `FILE` is replaced with the path of a temporary file with the given content.
  public static func run(
    _ arguments: [String], file: Data = Data(), then: (URL) throws -> Void = { _ in }
  ) throws -> (status: Int32, output: String) {
    let folder = FileManager.default.temporaryDirectory.appending(path: "warc-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (archive, output) = (folder.appending(path: "a.warc.gz"), folder.appending(path: "output"))
    try file.write(to: archive)
    let status = try start(arguments.map { $0 == "FILE" ? archive.path : $0 }, output: output.path).wait()
    try then(archive)
    return (status, try String(contentsOf: output, encoding: .utf8))
  }
}
