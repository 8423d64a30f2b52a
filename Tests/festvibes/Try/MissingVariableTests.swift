import Foundation
import TestSupport
import Testing

@Suite("festvibes try without a variable")
struct MissingVariableTests {
  @Test("names it, where it is set, and the command that lists all")
  func names() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "variable-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder.appending(path: "good"), withIntermediateDirectories: true)
    let text = """
      dataset_id: good
      data_type: things
      extract: {plugin: http, url: "https://x.example/", user_agent: "${AGENT}"}
      parse: {plugin: json}
      load: {plugin: postgres, table: things, key: id, columns: {id: text}}
      """
    try Data(text.utf8).write(to: folder.appending(path: "good/dataset.yaml"))
    let ran = try FestVibesProcess("try", "good", environment: ["DATASETS_DIR": folder.path])
    #expect(ran.status == 1 && ran.output.isEmpty)
    #expect(ran.error.contains("extract.user_agent: the variable AGENT has no value"), "\(ran.error)")
    #expect(
      ran.error.hasSuffix(
        """
        A variable is set in this shell (export NAME=…) or in the file .env; with --input none is needed.
        next: \(FestVibesProcess.binary.path) check good

        """), "\(ran.error)")
  }
}
