import Foundation
import TestSupport
import Testing

extension StateMachineTests {
  /// DynamoDB of the local stack, on which the chaos of workouts relies.
  @Suite("Tables of the local AWS") struct LocalTableTests {
    @Test("have the limits of batches, and leave items or refuse conditions as they are told")
    func tables() throws {
      let output = FileManager.default.temporaryDirectory.appending(path: "tables-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: output) }
      let process = try ChildProcess(
        Interpreter.python, [Interpreter.root.appending(path: "Tests/Local/tables_test.py").path],
        environment: ["PATH": "/usr/bin:/bin"], output: output.path)
      #expect(process.wait() == 0, "\((try? String(contentsOf: output, encoding: .utf8)) ?? "")")
    }
  }
}
